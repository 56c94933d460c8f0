using System.Numerics;

namespace Panoramax.StreetPictures;

/// <summary>Road, pavements and promenade.</summary>
internal static class Ground
{
    /// <summary>True for a cell of the street with a zebra crossing.</summary>
    public static bool HasCrossing(int cell) => ((cell % 6) + 6) % 6 == 4;

    /// <summary>Albedo at a place of the ground.</summary>
    /// <param name="width">Of what is looked at, in metres: finer joints are left out.</param>
    public static Vector3 Paint(Vector3 place, float width)
    {
        var (x, y) = (place.X, place.Y);
        var worn = 0.85f + (0.3f * Noise.Cloudy(x * 0.35f, y * 0.9f, 20));
        if (y > Street.LeftKerb || y < Street.RightKerb)
        {
            var off = y > 0 ? y - Street.LeftKerb : Street.RightKerb - y;
            if (off < 0.22f) return new Vector3(0.52f, 0.50f, 0.46f) * worn * Joints(x, 0, 1.0f, 9, width);
            if (y > 0) return new Vector3(0.34f, 0.33f, 0.31f) * worn * Joints(x, y, 1.2f, 0.8f, width);
            if (y < Street.QuayEdge + 0.7f) return new Vector3(0.55f, 0.51f, 0.43f) * worn * Joints(x, 0, 1.6f, 9, width);

            // Each tree stands in a square of earth.
            var cell = MathF.Floor(x / 12);
            var tree = (cell * 12) + 6 + (2 * (Noise.At((int)cell, 2, 51) - 0.5f));
            if (MathF.Abs(x - tree) < 0.8f && MathF.Abs(y + 6.6f) < 0.8f) return new Vector3(0.20f, 0.15f, 0.10f) * worn;
            return new Vector3(0.44f, 0.39f, 0.31f) * worn * Joints(x, y, 0.6f, 0.6f, width);
        }

        var asphalt = new Vector3(0.115f, 0.115f, 0.12f) * worn;
        if (width < 0.05f) asphalt *= 0.94f + (0.12f * Noise.Smooth(x * 16, y * 16, 21));
        var track = MathF.Min(MathF.Abs(MathF.Abs(y + 1.8f) - 0.75f), MathF.Abs(MathF.Abs(y - 0.3f) - 0.75f));
        asphalt *= 1 + (0.10f * MathF.Max(0, 1 - (track * 3)));
        return Vector3.Lerp(asphalt, new Vector3(0.66f, 0.66f, 0.63f), Marking(x, y) * (0.80f + (0.2f * Noise.Smooth(x * 5, y * 9, 22))));
    }

    private static float Marking(float x, float y)
    {
        var cell = (int)MathF.Floor(x / 12);
        var within = x - (cell * 12);
        if (HasCrossing(cell) && within is > 4.5f and < 7.5f) return ((y + 20) % 1.0f) < 0.5f && y is > -3.3f and < 3.3f ? 1 : 0;
        if (HasCrossing(cell) && within is > 3.2f and < 8.8f) return 0;

        // The left lane is narrower: cars are parked beside it.
        var dashed = ((x % 6) + 6) % 6 < 3;
        if (MathF.Abs(y + 0.55f) < 0.06f && dashed) return 1;
        var bay = ((x % 6) + 6) % 6;
        if (y is > 1.55f and < 1.65f && (bay < 0.6f || bay > 5.4f)) return 0.9f;
        if (y is > 1.55f and < 3.5f && MathF.Abs(bay) < 0.09f) return 0.9f;

        // Edge line on the side of the river.
        return y is > -3.3f and < -3.18f ? 0.9f : 0;
    }

    private static float Joints(float x, float y, float length, float breadth, float width)
    {
        if (width > 0.25f) return 0.97f;
        var row = MathF.Floor(y / breadth);
        var shifted = x + (row * length * 0.5f);
        var slab = 0.93f + (0.14f * Noise.At((int)MathF.Floor(shifted / length), (int)row, 23));
        var edge = MathF.Min(ToEdge(shifted, length), ToEdge(y, breadth));
        var reach = 0.012f + (width * 0.5f);
        return slab * (1 - (0.4f * Math.Clamp(1 - (edge / reach), 0, 1) * MathF.Min(1, 0.02f / MathF.Max(width, 0.008f))));
    }

    private static float ToEdge(float x, float period) => MathF.Abs(MathF.IEEERemainder(x, period));
}

/// <summary>What stands on the other side of the river.</summary>
internal static class OtherBank
{
    /// <summary>Albedo at a point of its plane; null where the sky is.</summary>
    public static Vector3? Paint(Vector3 point)
    {
        if (point.Z < -0.3f) return new Vector3(0.40f, 0.37f, 0.31f) * (0.8f + (0.3f * Noise.Cloudy(point.X * 0.2f, point.Z, 40)));
        var trees = -1 + (8.5f * Noise.Cloudy(point.X * 0.055f, 3, 41)) + (1.2f * Noise.Smooth(point.X * 0.9f, 0, 42));
        if (point.Z < trees) return new Vector3(0.12f, 0.19f, 0.07f) * (0.5f + Noise.Cloudy(point.X * 0.7f, point.Z * 0.8f, 43));

        // A church between the houses.
        var church = MathF.Abs(point.X - 240);
        if (church < 3.2f && point.Z < 24) return new Vector3(0.60f, 0.56f, 0.48f) * (church < 0.8f && point.Z is > 17 and < 21 ? 0.4f : 1);
        if (point.Z >= 24 && church < 3.0f - ((point.Z - 24) * 0.25f)) return new Vector3(0.20f, 0.22f, 0.26f);

        var house = (int)MathF.Floor(point.X / 13);
        var height = 5 + (9 * Noise.At(house, 0, 44));
        var across = point.X - (house * 13);
        var roof = height + (2.5f * (1 - MathF.Abs((across / 6.5f) - 1)));
        if (point.Z > roof || Noise.At(house, 1, 44) < 0.2f) return null;
        if (point.Z > height) return Noise.At(house, 2, 44) < 0.5f ? new Vector3(0.20f, 0.21f, 0.25f) : new Vector3(0.42f, 0.22f, 0.15f);
        var wall = Vector3.Lerp(new Vector3(0.74f, 0.68f, 0.58f), new Vector3(0.62f, 0.52f, 0.44f), Noise.At(house, 3, 44));
        var window = (across % 2.6f) is > 0.8f and < 1.8f && (point.Z % 3.0f) is > 1.0f and < 2.4f;
        return window ? wall * 0.4f : wall;
    }
}
