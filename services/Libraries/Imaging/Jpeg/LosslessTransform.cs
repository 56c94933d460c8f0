using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Panoramax.Imaging.Jpeg;

/// <summary>Sees the coefficients of a picture row by row; called from native code, one picture on one thread.</summary>
internal interface ICoefficientFilter
{
    /// <summary>
    /// One row of 8×8 blocks, 64 coefficients each, first the mean (DC). <paramref name="row"/> counts block rows of
    /// <paramref name="component"/> from the top of the picture as it comes out.
    /// </summary>
    void See(Span<short> blocks, int component, int row);
}

/// <summary>Edits a JPEG file without decoding it to pixels: what is not edited comes out bit for bit. Output is baseline, all segments stay.</summary>
internal static unsafe class LosslessTransform
{
    /// <summary>Reads all coefficients and throws away the result.</summary>
    /// <exception cref="UnreadablePicture">Cut off or damaged.</exception>
    internal static void Check(ReadOnlySpan<byte> jpeg) => Read(jpeg, 0, []);

    /// <summary>Shows all coefficients, turned by <paramref name="operation"/>, to each filter in turn.</summary>
    /// <exception cref="UnreadablePicture">Cut off or damaged.</exception>
    internal static void Read(ReadOnlySpan<byte> jpeg, int operation, ReadOnlySpan<ICoefficientFilter> filters)
    {
        if (filters.IsEmpty) filters = new ICoefficientFilter?[] { null }!;
        Run(jpeg, operation, filters, withOutput: false);
    }

    /// <summary>
    /// The file turned by <paramref name="operation"/> (<c>enum TJXOP</c>). Filters see the turned coefficients one after
    /// the other; what the last one writes is what comes out. The file is read once for all of them.
    /// </summary>
    /// <exception cref="UnreadablePicture">Cut off or damaged.</exception>
    internal static byte[] Write(ReadOnlySpan<byte> jpeg, int operation, params ReadOnlySpan<ICoefficientFilter?> filters)
    {
        if (filters.IsEmpty) filters = new ICoefficientFilter?[] { null };
        return Run(jpeg, operation, filters, withOutput: true)!;
    }

    private static byte[]? Run(ReadOnlySpan<byte> jpeg, int operation, ReadOnlySpan<ICoefficientFilter?> filters, bool withOutput)
    {
        var count = filters.Length;
        var calls = new FilterCall?[count];
        var transformations = stackalloc TurboJpeg.Transformation[count];
        var outputs = stackalloc byte*[count];
        var lengths = stackalloc nuint[count];
        var handle = TurboJpeg.InitTransform();
        try
        {
            for (var index = 0; index < count; index++)
            {
                var writes = withOutput && index == count - 1;
                transformations[index] = new TurboJpeg.Transformation { Operation = operation, Options = TurboJpeg.Perfect | (writes ? 0 : TurboJpeg.NoOutput) };
                outputs[index] = null;
                lengths[index] = 0;
                if (filters[index] is not { } filter) continue;
                var call = calls[index] = new FilterCall(filter);
                transformations[index].Data = (void*)GCHandle.ToIntPtr(call.Handle);
                transformations[index].Filter = &Filter;
            }

            int answer;
            fixed (byte* start = jpeg) answer = TurboJpeg.Transform(handle, start, (nuint)jpeg.Length, count, outputs, lengths, transformations, TurboJpeg.LimitScans);
            foreach (var call in calls)
            {
                if (call?.Fault is { } inside) throw new InvalidOperationException("a filter of coefficients failed", inside);
            }

            if (answer != 0 && TurboJpeg.Fault(handle) is { IsHarmless: false } fault)
            {
                throw new UnreadablePicture($"the picture is cut off or damaged ({fault.Text})");
            }

            return withOutput ? new ReadOnlySpan<byte>(outputs[count - 1], checked((int)lengths[count - 1])).ToArray() : null;
        }
        finally
        {
            for (var index = 0; index < count; index++)
            {
                calls[index]?.Dispose();
                if (outputs[index] is not null) TurboJpeg.Free(outputs[index]);
            }

            _ = TurboJpeg.Destroy(handle);
        }
    }

    [UnmanagedCallersOnly]
    private static int Filter(short* coefficients, TurboJpeg.Region row, TurboJpeg.Region plane, int component, int index, TurboJpeg.Transformation* transformation)
    {
        // No exception may leave: there are native frames above. The fault is kept and thrown when the call is over.
        if (GCHandle.FromIntPtr((nint)transformation->Data).Target is not FilterCall call) return -1;
        try
        {
            call.Filter.See(new Span<short>(coefficients, row.Width * 8), component, row.Y / 8);
            return 0;
        }
        catch (Exception fault)
        {
            call.Fault = fault;
            return -1;
        }
    }

    private sealed class FilterCall : IDisposable
    {
        internal FilterCall(ICoefficientFilter filter)
        {
            Filter = filter;
            Handle = GCHandle.Alloc(this);
        }

        internal ICoefficientFilter Filter { get; }

        internal GCHandle Handle { get; }

        internal Exception? Fault { get; set; }

        public void Dispose() => Handle.Free();
    }
}
