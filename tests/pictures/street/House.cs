using System.Numerics;

namespace Panoramax.StreetPictures;

/// <summary>A town house: shop or door below, two to four floors of windows, a slate roof.</summary>
internal sealed record House : Block
{
    private const float GroundFloor = 3.7f, Floor = 3.05f, Recess = 0.16f, Roof = 2.7f;

    private static readonly Vector3[] Walls =
        [new(0.78f, 0.70f, 0.55f), new(0.80f, 0.75f, 0.65f), new(0.72f, 0.55f, 0.42f), new(0.82f, 0.78f, 0.72f), new(0.74f, 0.62f, 0.46f), new(0.66f, 0.66f, 0.62f), new(0.76f, 0.58f, 0.50f)];

    private static readonly Vector3[] Paints =
        [new(0.10f, 0.22f, 0.36f), new(0.32f, 0.08f, 0.08f), new(0.10f, 0.26f, 0.18f), new(0.45f, 0.34f, 0.10f), new(0.20f, 0.20f, 0.22f), new(0.30f, 0.38f, 0.40f)];

    private readonly int number;
    private readonly float start, width, height;
    private readonly int columns;
    private readonly Vector3 wall, paint;
    private readonly bool shop, shutters, balcony;

    public House(int number, float start, float end)
        : base(Around(start, end, Height(number)))
    {
        this.number = number;
        this.start = start;
        width = end - start;
        height = Height(number);
        columns = Math.Max(2, (int)MathF.Round(width / 2.6f));
        wall = Walls[(int)(Noise.At(number, 1) * Walls.Length)];
        paint = Paints[(int)(Noise.At(number, 2) * Paints.Length)];
        shop = Noise.At(number, 3) < 0.6f;
        shutters = Noise.At(number, 4) < 0.5f;
        balcony = Noise.At(number, 5) < 0.45f;
    }

    public override (Vector3 Albedo, Vector3 Glow) Paint(Vector3 point, Hit hit, Ray ray, Daylight light) => hit.Face switch
    {
        2 => point.Z < height ? Facade(point, ray, light) : Slates(point),
        3 or 4 => Slates(point),
        _ => (wall * (0.55f + (0.25f * Noise.Cloudy(point.Y * 0.7f, point.Z * 0.7f, number))), Vector3.Zero),
    };

    /// <summary>Height of a house's roof ridge.</summary>
    public static float RoofAt(int number) => Height(number) + Roof;

    private static float Height(int number) => GroundFloor + (Floor * (2 + (int)(Noise.At(number, 6) * 2.99f))) + 0.35f;

    private static Vector4[] Around(float start, float end, float height) =>
    [
        new(-1, 0, 0, -start), new(1, 0, 0, end), new(0, -1, 0, -Street.Facades), new(0, 0, 1, height + Roof),
        new(0, -1.9f, 1, height - (1.9f * Street.Facades)),
    ];

    private (Vector3 Albedo, Vector3 Glow) Slates(Vector3 point)
    {
        var along = point.X - start;
        var row = MathF.Floor((point.Z - height) / 0.28f);
        var slate = new Vector3(0.17f, 0.19f, 0.23f) * (0.8f + (0.4f * Noise.At((int)MathF.Floor((along / 0.4f) + (row * 0.5f)), (int)row, number)));

        // Dormer windows, painted on the slope.
        var bay = width / Math.Max(1, columns / 2);
        var across = MathF.Abs((along % bay) - (bay / 2));
        var up = point.Z - height - 0.45f;
        if (across < 0.62f && up is > 0 and < 1.6f) slate = across < 0.42f && up is > 0.15f and < 1.3f ? new Vector3(0.10f, 0.13f, 0.18f) : new Vector3(0.70f, 0.68f, 0.62f);
        return (slate, Vector3.Zero);
    }

    private (Vector3 Albedo, Vector3 Glow) Facade(Vector3 point, Ray ray, Daylight light)
    {
        var along = point.X - start;
        var stain = 0.82f + (0.28f * Noise.Cloudy(point.X * 0.8f, point.Z * 0.5f, number));
        var colour = wall * stain;
        if (along < 0.35f || along > width - 0.35f) colour *= 1.1f - (0.14f * (((int)(point.Z / 0.45f)) & 1));
        if (point.Z > height - 0.4f) return (colour * (point.Z > height - 0.12f ? 0.55f : 1.18f), Vector3.Zero);
        if (point.Z < GroundFloor) return Below(point, along, colour, ray, light);

        var floor = (int)((point.Z - GroundFloor) / Floor);
        var up = point.Z - GroundFloor - (floor * Floor);
        if (up < 0.16f) return (colour * (up < 0.04f ? 0.7f : 1.15f), Vector3.Zero);
        var bay = width / columns;
        var column = (int)(along / bay);
        var across = along - ((column + 0.5f) * bay);
        var tall = floor == 0 ? 2.15f : 1.85f;
        if (balcony && floor == 0 && up < 1.05f && up > 0.16f && Railing(along, up)) return (new Vector3(0.06f), Vector3.Zero);
        if (Opening(point, ray, across, up - 0.55f, 0.5f, tall, (column * 13) + floor, light) is { } window) return window;
        if (MathF.Abs(across) < 0.64f && up > 0.43f && up < 0.55f + tall + 0.14f) return (Vector3.Min(colour * 1.22f, new Vector3(0.9f)), Vector3.Zero);
        if (shutters && MathF.Abs(across) < 1.14f && up > 0.55f && up < 0.55f + tall)
            return (paint * (1.3f - (0.35f * MathF.Abs(MathF.Sin(up * 26)))) + new Vector3(0.06f), Vector3.Zero);
        return (colour, Vector3.Zero);
    }

    private static bool Railing(float along, float up) => up > 0.97f || up < 0.24f || (along % 0.16f) < 0.035f;

    private (Vector3 Albedo, Vector3 Glow) Below(Vector3 point, float along, Vector3 colour, Ray ray, Daylight light)
    {
        var up = point.Z;
        if (shop)
        {
            if (along < 0.3f || along > width - 0.3f) return (colour, Vector3.Zero);
            if (up > 3.4f) return (colour * 1.1f, Vector3.Zero);
            if (up > 2.75f) return (Sign(along, up), Vector3.Zero);
            var panes = Math.Max(3, (int)(width / 1.9f));
            var pane = (width - 0.6f) / panes;
            var index = (int)((along - 0.3f) / pane);
            var across = along - 0.3f - ((index + 0.5f) * pane);
            var door = index == panes / 2;
            var sill = door ? 0.1f : 0.55f;
            return Opening(point, ray, across, up - sill, (pane / 2) - 0.09f, 2.6f - sill, 100 + index, light) ?? (paint * 1.15f, Vector3.Zero);
        }

        if (up < 0.6f) colour *= 0.72f;
        var bay = width / columns;
        var column = (int)(along / bay);
        var off = along - ((column + 0.5f) * bay);
        if (column == (int)(Noise.At(number, 7) * columns))
        {
            if (MathF.Abs(off) < 0.6f && up < 2.6f)
                return up > 2.15f
                    ? (new Vector3(0.10f, 0.13f, 0.17f), Vector3.Zero)
                    : (paint * (MathF.Abs(MathF.Abs(off) - 0.3f) < 0.2f && (up % 1) is > 0.15f and < 0.85f ? 0.8f : 1.15f), Vector3.Zero);
            if (MathF.Abs(off) < 0.78f && up < 2.8f) return (Vector3.Min(colour * 1.2f, new Vector3(0.9f)), Vector3.Zero);
        }
        else
        {
            if (Opening(point, ray, off, up - 1.0f, 0.5f, 1.75f, 50 + column, light) is { } window) return window;
            if (MathF.Abs(off) < 0.64f && up is > 0.88f and < 2.9f) return (Vector3.Min(colour * 1.2f, new Vector3(0.9f)), Vector3.Zero);
        }

        return (colour, Vector3.Zero);
    }

    /// <summary>A sign without words: a stroke of a lighter colour, as letters look from afar.</summary>
    private Vector3 Sign(float along, float up)
    {
        var middle = MathF.Abs(along - (width / 2));
        var letter = Noise.At((int)(along / 0.24f), number, 8) > 0.15f && (along % 0.24f) > 0.07f;
        return middle < width * 0.27f && up is > 2.95f and < 3.2f && letter ? new Vector3(0.80f, 0.74f, 0.56f) : paint;
    }

    /// <summary>A window set back in the wall; null beside it. <paramref name="up"/> counts from its sill.</summary>
    private (Vector3 Albedo, Vector3 Glow)? Opening(Vector3 point, Ray ray, float across, float up, float half, float tall, int salt, Daylight light)
    {
        if (MathF.Abs(across) > half || up < 0 || up > tall) return null;
        var shift = ray.Direction * (Recess / MathF.Max(0.02f, ray.Direction.Y));
        var (x, z) = (across + shift.X, up + shift.Z);
        if (MathF.Abs(x) > half || z < 0 || z > tall) return (wall * 0.62f, Vector3.Zero);
        var frame = new Vector3(0.82f, 0.80f, 0.76f) * 0.85f;
        var bar = half < 0.7f && (MathF.Abs(x) < 0.035f || MathF.Abs(z - (tall * 0.68f)) < 0.03f);
        if (bar || half - MathF.Abs(x) < 0.07f || z < 0.07f || tall - z < 0.07f) return (salt >= 100 ? paint : frame, Vector3.Zero);

        var mirrored = new Vector3(ray.Direction.X, -ray.Direction.Y, ray.Direction.Z);
        var glance = 0.16f + (0.55f * MathF.Pow(1 - MathF.Abs(ray.Direction.Y), 3));
        var reflection = (mirrored.Z > -0.02f ? light.Sky(mirrored) : light.Ambient * 0.35f) * glance;
        var curtain = half < 0.7f && MathF.Abs(x) > half * (0.35f + (0.5f * Noise.At(number, salt, 9)));
        var inside = curtain ? new Vector3(0.42f, 0.40f, 0.36f) : new Vector3(0.035f, 0.04f, 0.05f);
        if (salt >= 100) inside = new Vector3(0.07f, 0.06f, 0.05f) * (0.6f + (1.6f * Noise.Smooth(point.X * 1.7f, up * 2.1f, number)));
        var lit = Noise.At(number, salt, 10) < light.LitWindows ? new Vector3(0.85f, 0.52f, 0.20f) * (curtain ? 0.8f : 0.55f) : Vector3.Zero;
        return (inside, reflection + lit);
    }
}
