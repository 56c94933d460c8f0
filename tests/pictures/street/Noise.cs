using System.Numerics;

namespace Panoramax.StreetPictures;

/// <summary>Repeatable randomness: the same place of the street looks the same in every picture.</summary>
internal static class Noise
{
    /// <summary>A number in [0, 1) for a lattice point.</summary>
    public static float At(int x, int y, int salt = 0)
    {
        var mixed = unchecked((uint)((x * 374761393) + (y * 668265263) + (salt * 1442695041)));
        mixed = unchecked((mixed ^ (mixed >> 13)) * 1274126177u);
        mixed = unchecked((mixed ^ (mixed >> 15)) * 2246822519u);
        return ((mixed ^ (mixed >> 16)) & 0xFFFFFF) / (float)0x1000000;
    }

    /// <summary>Smooth noise in [0, 1) with one feature a unit.</summary>
    public static float Smooth(float x, float y, int salt = 0)
    {
        var (column, row) = ((int)MathF.Floor(x), (int)MathF.Floor(y));
        var (across, down) = (Ease(x - column), Ease(y - row));
        var upper = float.Lerp(At(column, row, salt), At(column + 1, row, salt), across);
        var lower = float.Lerp(At(column, row + 1, salt), At(column + 1, row + 1, salt), across);
        return float.Lerp(upper, lower, down);
    }

    public static float Smooth(Vector3 point, int salt = 0)
    {
        var layer = (int)MathF.Floor(point.Z);
        return float.Lerp(Smooth(point.X, point.Y, salt + (layer * 7)), Smooth(point.X, point.Y, salt + ((layer + 1) * 7)), Ease(point.Z - layer));
    }

    /// <summary>Noise of five sizes, in [0, 1).</summary>
    public static float Cloudy(float x, float y, int salt = 0)
    {
        var (sum, weight) = (0f, 0.5f);
        for (var octave = 0; octave < 5; octave++)
        {
            sum += weight * Smooth(x, y, salt + octave);
            (x, y, weight) = ((x * 2.03f) + 17.3f, (y * 2.03f) + 5.1f, weight / 2);
        }

        return sum / 0.97f;
    }

    private static float Ease(float x) => x * x * (3 - (2 * x));
}
