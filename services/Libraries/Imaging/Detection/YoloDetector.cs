using System.Security.Cryptography;

namespace Panoramax.Imaging.Detection;

/// <summary>A model of the operator's own that answers as the YOLO family does.</summary>
internal sealed class YoloDetector : IDetector
{
    /// <summary>Doubles share more than this of their common area.</summary>
    private const double Overlap = 0.45;

    // RGB, 0 to 1.
    private static readonly PixelScale Pixels = new(redFirst: true, [0, 0, 0], [1, 1, 1]);

    private readonly OwnModel _own;
    private readonly OnnxModel _model;
    private readonly int _side;

    internal YoloDetector(OwnModel own)
    {
        _own = own;
        _model = OnnxModel.At(own.Model);
        _side = _model.InputShape is [_, 3, _, var columns] && columns > 0 ? columns : own.Side;
        using var file = File.OpenRead(own.Model);
        Name = $"{Path.GetFileNameWithoutExtension(own.Model)}@{Convert.ToHexStringLower(SHA256.HashData(file))[..12]}";
    }

    /// <summary>Of the file's name and content: a retrained model of the same name is another version.</summary>
    public string Name { get; }

    public void Dispose() => _model.Dispose();

    public IReadOnlyList<Detected> Find(DecodedPicture picture, bool wrapsAround, CancellationToken cancel)
    {
        var view = new PictureView(picture.Pixels, wrapsAround);
        var found = new List<(string Kind, Candidate Candidate)>();
        var whole = new Box(0, 0, wrapsAround ? view.Width + view.Width / 8 : view.Width, view.Height);
        found.AddRange(Look(view, whole));
        if (Math.Max(view.Width, view.Height) > _own.Tile)
        {
            foreach (var tile in view.Tiles(_own.Tile, _own.Overlap, view.SkyRows))
            {
                cancel.ThrowIfCancellationRequested();
                found.AddRange(Look(view, tile));
            }
        }

        return found.GroupBy(one => one.Kind, one => one.Candidate)
            .SelectMany(kind => Candidates.WithoutDoubles(kind, Overlap, wrapsAround ? view.Width : 0)
                .Select(candidate => new Detected(kind.Key, view.Normalize(candidate.ToBox()), Math.Round(candidate.Score, 3), Name)))
            .Where(detected => !detected.Box.IsEmpty)
            .ToList();
    }

    private List<(string Kind, Candidate Candidate)> Look(PictureView view, Box tile)
    {
        using var part = view.Part(tile);
        var scale = (double)_side / Math.Max(part.Width, part.Height);
        int width = Math.Max(1, (int)Math.Round(part.Width * scale)), height = Math.Max(1, (int)Math.Round(part.Height * scale));
        return _model.Run(PictureTensor.Of(part, width, height, Pixels, multiple: _side), outputs =>
        {
            var shape = outputs[0].GetTensorTypeAndShape().Shape;
            var values = outputs[0].GetTensorDataAsSpan<float>();
            var found = new List<(string, Candidate)>();
            var (boxes, fields) = Layout(shape);
            for (var box = 0; box < boxes; box++)
            {
                var (kind, score) = Best(values, box, boxes, fields);
                if (kind == OwnModel.NotBlurred || score < _own.Score) continue;
                double x = Value(values, box, 0, boxes, fields), y = Value(values, box, 1, boxes, fields);
                double halfWidth = Value(values, box, 2, boxes, fields) / 2, halfHeight = Value(values, box, 3, boxes, fields) / 2;
                found.Add((kind, new Candidate(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight, score).Scale(1 / scale).Shift(tile.X, tile.Y)));
            }

            return found;
        });
    }

    private (int Boxes, int Fields) Layout(long[] shape)
    {
        var fields = _own.Kinds.Count + (_own.Decoder == ModelDecoder.YoloV8 ? 4 : 5);
        return (_own.Decoder, shape) switch
        {
            (ModelDecoder.YoloV8, [1, var rows, var columns]) when rows == fields => ((int)columns, fields),
            (ModelDecoder.YoloV5, [1, var rows, var columns]) when columns == fields => ((int)rows, fields),
            _ => throw new InvalidOperationException(
                $"it answers {string.Join(" × ", shape)} numbers, which is not what {_own.Decoder} with {_own.Kinds.Count} kinds answers"),
        };
    }

    private (string Kind, double Score) Best(ReadOnlySpan<float> values, int box, int boxes, int fields)
    {
        var first = fields - _own.Kinds.Count;
        var best = 0;
        for (var kind = 1; kind < _own.Kinds.Count; kind++)
        {
            if (Value(values, box, first + kind, boxes, fields) > Value(values, box, first + best, boxes, fields)) best = kind;
        }

        var share = Value(values, box, first + best, boxes, fields);
        return (_own.Kinds[best], _own.Decoder == ModelDecoder.YoloV5 ? share * Value(values, box, 4, boxes, fields) : share);
    }

    /// <summary>v8 lists field by field, v5 box by box.</summary>
    private float Value(ReadOnlySpan<float> values, int box, int field, int boxes, int fields) =>
        _own.Decoder == ModelDecoder.YoloV8 ? values[field * boxes + box] : values[box * fields + field];
}
