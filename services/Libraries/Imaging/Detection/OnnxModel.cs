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

    private OnnxModel(string path, string whenMissing, string whenUnreadable)
    {
        if (!File.Exists(path)) throw new ModelMissing($"The model {path} is missing: {whenMissing}");
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
            throw new ModelMissing($"The model {path} cannot be loaded: {whenUnreadable}", fault);
        }

        _inputs = [.. _session.InputNames];
        _outputs = [.. _session.OutputNames];
    }

    /// <summary>One of the models that <c>deploy/models/fetch.sh</c> writes.</summary>
    /// <exception cref="ModelMissing">There is no such file, or it is no model.</exception>
    internal static OnnxModel BuiltIn(string folder, string file) =>
        new(Path.Combine(folder, file), "run deploy/models/fetch.sh, or switch blurring off on purpose", "run deploy/models/fetch.sh --force");

    /// <inheritdoc cref="BuiltIn"/>
    internal static OnnxModel At(string path) =>
        new(path, "it is named by the setting Blur:Detection:Own", "it is no ONNX file, or needs operations that are not known here");

    /// <summary>Lengths that the model fixes for its first input: picture, colour, row, column; -1 where it takes any.</summary>
    internal IReadOnlyList<int> InputShape => _session.InputMetadata[_inputs[0]].Dimensions;

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
