namespace Panoramax.Testing.Pictures;

/// <summary>
/// A made street: a road with a dashed middle line, pavements and house fronts on both sides under an evening sky. Seen from any
/// place along it, in any direction, so that the same street gives flat pictures and panoramas that fit together.
/// </summary>
/// <param name="along">Metres from the street's beginning.</param>
public sealed class StreetScene(double along)
{
    private const double EyeHeight = 1.7;
    private const double HalfRoad = 4;
    private const double HalfStreet = 7;
    private const double HouseHeight = 9;
    private const double HouseWidth = 8;

    /// <summary>What a camera with a horizontal field of view of 70° sees that looks along the street.</summary>
    public BaselineJpeg.Colour Flat(int x, int y, int width, int height)
    {
        var scale = 2 * Math.Tan(35 * Math.PI / 180) / width;
        return Look((x + 0.5 - (width / 2.0)) * scale, ((height / 2.0) - y - 0.5) * scale, 1);
    }

    /// <summary>What an equirectangular picture shows there; its middle looks along the street.</summary>
    public BaselineJpeg.Colour Panorama(int x, int y, int width, int height)
    {
        var longitude = ((x + 0.5) / width * 2 * Math.PI) - Math.PI;
        var latitude = (Math.PI / 2) - ((y + 0.5) / height * Math.PI);
        return Look(Math.Cos(latitude) * Math.Sin(longitude), Math.Sin(latitude), Math.Cos(latitude) * Math.Cos(longitude));
    }

    /// <summary>The colour in a direction: x to the right, y up, z along the street.</summary>
    private BaselineJpeg.Colour Look(double x, double y, double z)
    {
        var toHouse = Math.Abs(x) < 1e-9 ? double.MaxValue : HalfStreet / Math.Abs(x);
        var toGround = y < -1e-9 ? EyeHeight / -y : double.MaxValue;
        if (toGround < toHouse) return Fade(Ground(x * toGround, along + (z * toGround)), toGround * Math.Sqrt((x * x) + (y * y) + (z * z)));
        var heightAtHouse = EyeHeight + (y * toHouse);
        var place = along + (z * toHouse);
        return toHouse < 1e6 && heightAtHouse < HouseHeight + (2 * Noise((int)Math.Floor(place / HouseWidth), x > 0 ? 1 : 2))
            ? Fade(House(place, heightAtHouse, x > 0 ? 1 : 2), toHouse * Math.Sqrt((x * x) + (y * y) + (z * z)))
            : Sky(y);
    }

    private static BaselineJpeg.Colour Ground(double side, double place)
    {
        if (Math.Abs(side) > HalfRoad) return Shade(170, 165, 158, Math.Abs((place * 2) % 1) < 0.06 ? 0.85 : 1);
        if (Math.Abs(side) < 0.08 && Modulo(place, 6) < 3) return new BaselineJpeg.Colour(235, 235, 230);
        return Math.Abs(Math.Abs(side) - HalfRoad) < 0.15 ? new BaselineJpeg.Colour(200, 200, 196) : Shade(88, 90, 94, 0.95 + (0.1 * Noise((int)(side * 8), (int)Math.Floor(place * 4))));
    }

    private static BaselineJpeg.Colour House(double place, double height, int row)
    {
        var number = (int)Math.Floor(place / HouseWidth);
        var (u, storey) = (Modulo(place, HouseWidth) / HouseWidth, Modulo(height, 3) / 3);
        var shade = row == 1 ? 1.0 : 0.82;
        if (u is < 0.015 or > 0.985) return Shade(90, 80, 75, shade);
        var column = Modulo(u * 3, 1);
        if (height < 2.3 && u is > 0.42 and < 0.58) return Shade(70 + (60 * Noise(number, row + 4)), 55, 45, shade);
        if (storey is > 0.32 and < 0.8 && column is > 0.3 and < 0.7)
            return column is > 0.48 and < 0.52 ? Shade(235, 232, 225, shade) : Shade(70, 95, 120, shade * (0.8 + (0.4 * storey)));
        return Shade(175 + (60 * Noise(number, row)), 150 + (50 * Noise(number, row + 7)), 120 + (60 * Noise(number, row + 11)), shade);
    }

    private static BaselineJpeg.Colour Sky(double up)
    {
        var t = Math.Clamp(up, 0, 1);
        return new BaselineJpeg.Colour(225 - (110 * t), 215 - (60 * t), 205 + (25 * t));
    }

    /// <summary>Things far away go into the haze.</summary>
    private static BaselineJpeg.Colour Fade(BaselineJpeg.Colour colour, double metres)
    {
        var haze = 1 - Math.Exp(-metres / 160);
        return new BaselineJpeg.Colour(
            colour.Red + ((222 - colour.Red) * haze), colour.Green + ((212 - colour.Green) * haze), colour.Blue + ((206 - colour.Blue) * haze));
    }

    private static BaselineJpeg.Colour Shade(double red, double green, double blue, double by) => new(Math.Min(255, red * by), Math.Min(255, green * by), Math.Min(255, blue * by));

    private static double Modulo(double value, double by) => value - (by * Math.Floor(value / by));

    /// <summary>0 to 1, the same for the same place.</summary>
    private static double Noise(int a, int b)
    {
        var hash = unchecked((uint)((a * 374761393) + (b * 668265263)));
        hash = unchecked((hash ^ (hash >> 13)) * 1274126177);
        return (hash ^ (hash >> 16)) / (double)uint.MaxValue;
    }
}
