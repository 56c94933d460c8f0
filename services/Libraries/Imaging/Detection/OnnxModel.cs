using Microsoft.ML.OnnxRuntime;

namespace Panoramax.Imaging.Detection;

/// <summary>A detector's model is not where it should be; the message says what to do. No picture may be published without it.</summary>
public sealed class ModelMissing(string sentence, Exception? cause = null) : Exception(sentence, cause);

/// <summary>One network, loaded once for the process and used by all threads, each run on one core.</summary>
internal sealed class OnnxModel : IDisposable
{
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly string[] _inputs;
    private readonly string[] _outputs;

    internal OnnxModel(string folder, string file)
    {
        var path = Path.Combine(folder, file);
        if (!File.Exists(path)) throw new ModelMissing($"The model {path} is missing: run deploy/models/fetch.sh, or switch blurring off on purpose");
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        try
        {
            _session = new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException fault)
        {
            throw new ModelMissing($"The model {path} cannot be loaded: run deploy/models/fetch.sh --force", fault);
        }

        _inputs = [.. _session.InputNames];
        _outputs = [.. _session.OutputNames];
    }

    public void Dispose()
    {
        _session.Dispose();
        _run.Dispose();
    }

    /// <summary>Runs the network on one tensor; <paramref name="read"/> gets its outputs in the model's order, valid during the call.</summary>
    internal T Run<T>(Tensor input, Func<IReadOnlyList<OrtValue>, T> read)
    {
        using var value = OrtValue.CreateTensorValueFromMemory(input.Values, input.Shape);
        using var results = _session.Run(_run, _inputs, [value], _outputs);
        return read(results);
    }
}

/// <summary>Values of a picture (or several) for a network: picture, colour, row, column.</summary>
internal readonly record struct Tensor(float[] Values, long[] Shape);
