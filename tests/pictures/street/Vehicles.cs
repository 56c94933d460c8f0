using System.Numerics;

namespace Panoramax.StreetPictures;

/// <summary>Lower half of a parked car: doors and wheels.</summary>
internal sealed record CarBody(float Middle, float Right, Vector3 Colour) : Block(Around(Middle, Right))
{
    public const float HalfLength = 2.05f, Width = 1.7f;

    public override (Vector3 Albedo, Vector3 Glow) Paint(Vector3 point, Hit hit, Ray ray, Daylight light)
    {
        var along = point.X - Middle;
        if (hit.Face is 2 or 3)
        {
            var wheel = MathF.Min(Distance(along - 1.28f, point.Z - 0.31f), Distance(along + 1.28f, point.Z - 0.31f));
            if (wheel < 0.19f) return (new Vector3(0.42f) * (wheel < 0.05f ? 0.5f : 1), Vector3.Zero);
            if (wheel < 0.32f) return (new Vector3(0.03f), Vector3.Zero);
            if (wheel < 0.37f || point.Z < 0.22f) return (new Vector3(0.015f), Vector3.Zero);
            if (MathF.Abs(MathF.Abs(along - 0.1f) - 0.55f) < 0.012f) return (Colour * 0.3f, Vector3.Zero);
            if (MathF.Abs(point.Z - 0.72f) < 0.02f && MathF.Abs(MathF.Abs(along - 0.3f) - 0.65f) < 0.1f) return (Colour * 0.4f, Vector3.Zero);
        }
        else if (hit.Face is 0 or 1)
        {
            var across = MathF.Abs(point.Y - Right - (Width / 2));
            if (point.Z < 0.25f) return (new Vector3(0.02f), Vector3.Zero);
            if (across > 0.55f && point.Z is > 0.58f and < 0.78f) return hit.Face == 0 ? (new Vector3(0.5f, 0.03f, 0.03f), new Vector3(0.05f, 0, 0)) : (new Vector3(0.8f), Vector3.Zero);
            if (point.Z < 0.42f) return (new Vector3(0.07f), Vector3.Zero);
        }

        var sheen = Vector3.Reflect(ray.Direction, hit.Normal);
        return (Colour, sheen.Z > 0 ? light.Sky(sheen) * 0.07f : Vector3.Zero);
    }

    private static float Distance(float x, float z) => MathF.Sqrt((x * x) + (z * z));

    private static Vector4[] Around(float middle, float right) =>
    [
        .. Box(new Vector3(middle - HalfLength, right, 0.08f), new Vector3(middle + HalfLength, right + Width, 0.93f)),
        new(1, 0, 2.2f, middle + HalfLength + (2.2f * 0.76f)), new(-1, 0, 2.2f, -middle + HalfLength + (2.2f * 0.82f)),
        new(0, -1, 0.4f, -right + (0.4f * 0.7f)), new(0, 1, 0.4f, right + Width + (0.4f * 0.7f)),
    ];
}

/// <summary>Upper half of a parked car: windows and roof.</summary>
internal sealed record CarCabin(float Middle, float Right, Vector3 Colour) : Block(Around(Middle, Right))
{
    public override (Vector3 Albedo, Vector3 Glow) Paint(Vector3 point, Hit hit, Ray ray, Daylight light)
    {
        var sheen = Vector3.Reflect(ray.Direction, hit.Normal);
        var along = MathF.Abs(point.X - Middle + 0.25f);
        var pillar = hit.Face is 2 or 3 && (along < 0.04f || point.Z < 0.95f || along > 1.42f - (0.75f * (point.Z - 0.85f)));
        if (hit.Face > 3 || pillar || point.Z > 1.4f) return (Colour, sheen.Z > 0 ? light.Sky(sheen) * 0.08f : Vector3.Zero);
        return (new Vector3(0.02f), (sheen.Z > 0.02f ? light.Sky(sheen) : light.Ambient * 0.3f) * 0.22f);
    }

    private static Vector4[] Around(float middle, float right) =>
    [
        new(-1, 0, 0.75f, -(middle - 1.75f) + (0.75f * 0.85f)), new(1, 0, 1.15f, middle + 1.25f + (1.15f * 0.85f)),
        new(0, -1, 0.28f, -right - 0.04f + (0.28f * 0.85f)), new(0, 1, 0.28f, right + CarBody.Width - 0.04f + (0.28f * 0.85f)),
        new(0, 0, -1, -0.85f), new(0, 0, 1, 1.47f),
    ];
}

/// <summary>A barge moored at the quay: hull or cabin.</summary>
internal sealed record Barge(float From, float To, float Top, Vector3 Colour, bool Hull)
    : Block(Around(From, To, Top, Hull))
{
    public override (Vector3 Albedo, Vector3 Glow) Paint(Vector3 point, Hit hit, Ray ray, Daylight light)
    {
        if (Hull) return (hit.Face == 5 ? new Vector3(0.42f, 0.30f, 0.19f) : point.Z > Top - 0.22f ? new Vector3(0.75f) : Colour, Vector3.Zero);
        var window = hit.Face is 2 or 3 && point.Z > Top - 0.85f && point.Z < Top - 0.35f && ((point.X - From) % 1.6f) is > 0.4f and < 1.2f;
        return window ? (new Vector3(0.03f), light.Ambient * 0.25f) : (hit.Face == 5 ? Colour * 0.7f : Colour, Vector3.Zero);
    }

    private static Vector4[] Around(float from, float to, float top, bool hull)
    {
        var inset = hull ? 0 : 0.7f;
        return
        [
            .. Box(new Vector3(from, Street.QuayEdge - 5.4f + inset, Street.Water - 0.5f), new Vector3(to, Street.QuayEdge - 1.2f - inset, top)),
            .. hull ? [new(1, -0.9f, 0, to + 11.97f), new(1, 0.9f, 0, to - 11.97f), new Vector4(-1, 0, -0.4f, -from + 0.7f)] : Array.Empty<Vector4>(),
        ];
    }
}
