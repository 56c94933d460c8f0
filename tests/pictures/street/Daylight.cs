using System.Numerics;

namespace Panoramax.StreetPictures;

/// <summary>
/// Sun and sky of a time of day. Colours are linear light. Directions are the street's: X along it, Y to the left, Z up.
/// </summary>
internal sealed record Daylight(
    float SunBearing, float SunElevation, Vector3 Sun, Vector3 Zenith, Vector3 Horizon, Vector3 Ambient, float Clouds, float Exposure, float LitWindows)
{
    /// <summary>A quarter past seven in June: low over the river, golden.</summary>
    public static Daylight Dawn { get; } = new(68, 11, new(2.9f, 1.75f, 0.85f), new(0.16f, 0.32f, 0.66f), new(1.0f, 0.70f, 0.44f), new(0.34f, 0.37f, 0.50f), 0.46f, 0.62f, 0.22f);

    public static Daylight Morning { get; } = new(103, 40, new(2.5f, 2.2f, 1.75f), new(0.10f, 0.28f, 0.72f), new(0.62f, 0.76f, 0.92f), new(0.40f, 0.47f, 0.60f), 0.45f, 0.55f, 0);

    public static Daylight Noon { get; } = new(185, 58, new(2.2f, 2.1f, 1.9f), new(0.14f, 0.30f, 0.62f), new(0.72f, 0.80f, 0.90f), new(0.50f, 0.55f, 0.64f), 0.62f, 0.55f, 0);

    public static Daylight Evening { get; } = new(250, 14, new(2.6f, 1.4f, 0.75f), new(0.20f, 0.24f, 0.52f), new(1.05f, 0.60f, 0.42f), new(0.36f, 0.34f, 0.46f), 0.52f, 0.66f, 0.4f);

    /// <summary>Where the sun stands.</summary>
    public Vector3 Towards { get; } = Street.Direction(SunBearing, SunElevation);

    /// <summary>Colour of the sky in a direction; below the horizon, that of the haze.</summary>
    public Vector3 Sky(Vector3 direction)
    {
        var height = MathF.Max(0, direction.Z);
        var colour = Vector3.Lerp(Horizon, Zenith, MathF.Pow(height, 0.55f));
        var near = MathF.Max(0, Vector3.Dot(direction, Towards));
        colour += Sun * ((0.10f * MathF.Pow(near, 6)) + (0.30f * MathF.Pow(near, 60)));
        if (direction.Z > 0.015f)
        {
            var spread = 2.2f / (direction.Z + 0.12f);
            var cover = Noise.Cloudy(direction.X * spread, direction.Y * spread, 90);
            var density = Step(1 - Clouds, 1.25f - Clouds, cover) * Step(0.015f, 0.16f, direction.Z);
            var light = (Sun * (0.30f + (0.25f * MathF.Pow(near, 3)))) + (Ambient * 0.55f);
            colour = Vector3.Lerp(colour, light, density * 0.85f);
        }

        return near > 0.9995f ? colour + (Sun * 3) : colour;
    }

    /// <summary>What air adds on the way.</summary>
    public Vector3 Through(Vector3 colour, Vector3 direction, float distance)
    {
        var near = MathF.Max(0, Vector3.Dot(direction, Towards));
        var haze = Vector3.Lerp(Horizon, Zenith, 0.15f) + (Sun * 0.08f * MathF.Pow(near, 6));
        return Vector3.Lerp(haze, colour, MathF.Exp(-distance / 800));
    }

    public static float Step(float from, float to, float value)
    {
        var x = Math.Clamp((value - from) / (to - from), 0, 1);
        return x * x * (3 - (2 * x));
    }
}
