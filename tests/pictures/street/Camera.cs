using System.Numerics;

namespace Panoramax.StreetPictures;

/// <summary>A camera in the street: turns what it sees into colours of the screen.</summary>
/// <param name="Along">Metres along the street.</param>
/// <param name="Left">Metres from its middle.</param>
/// <param name="Height">Metres above the road.</param>
/// <param name="Heading">Compass bearing of the picture's middle, degrees.</param>
internal sealed record Camera(double Along, double Left, double Height, double Heading)
{
    /// <summary>A flat picture.</summary>
    /// <param name="fieldOfView">Across, degrees.</param>
    /// <returns>Blue, green and red of each pixel, by rows.</returns>
    public byte[] Flat(Daylight light, int width, int height, double fieldOfView, double pitch = 1.5)
    {
        var half = (float)Math.Tan(double.DegreesToRadians(fieldOfView / 2));
        var forward = Street.Direction(Heading, pitch);
        var right = Vector3.Normalize(Vector3.Cross(forward, Vector3.UnitZ));
        var up = Vector3.Cross(right, forward);
        return Paint(light, width, height, 3, 2 * half / width, (x, y) =>
            Vector3.Normalize(forward + (right * (half * ((2 * x / width) - 1))) + (up * (half * (height - (2 * y)) / width))));
    }

    /// <summary>An equirectangular picture of everything around.</summary>
    /// <returns>Blue, green and red of each pixel, by rows.</returns>
    public byte[] Panorama(Daylight light, int width)
    {
        var height = width / 2;
        return Paint(light, width, height, 2, MathF.Tau / width, (x, y) => Street.Direction(Heading + ((x / width) - 0.5) * 360, 90 - (180.0 * y / height)));
    }

    private byte[] Paint(Daylight light, int width, int height, int samples, float spread, Func<float, float, Vector3> direction)
    {
        var scene = new StreetScene(light);
        var from = new Vector3((float)Along, (float)Left, (float)Height);
        var pixels = new byte[width * height * 3];
        Parallel.For(0, height, row =>
        {
            for (var column = 0; column < width; column++)
            {
                var sum = Vector3.Zero;
                for (var i = 0; i < samples * samples; i++)
                {
                    var (x, y) = (column + ((i % samples) + 0.5f) / samples, row + ((i / samples) + 0.5f) / samples);
                    sum += Developed(scene.Look(from, direction(x, y), spread) * light.Exposure);
                }

                sum *= 255f / (samples * samples);
                var at = ((row * width) + column) * 3;
                (pixels[at], pixels[at + 1], pixels[at + 2]) = ((byte)sum.Z, (byte)sum.Y, (byte)sum.X);
            }
        });
        return pixels;
    }

    /// <summary>From linear light to the screen, with soft highlights.</summary>
    private static Vector3 Developed(Vector3 colour) => new(Developed(colour.X), Developed(colour.Y), Developed(colour.Z));

    private static float Developed(float value)
    {
        var x = MathF.Max(0, value) * 1.15f;
        var film = x * ((2.51f * x) + 0.03f) / ((x * ((2.43f * x) + 0.59f)) + 0.14f);
        return MathF.Pow(Math.Clamp(film, 0, 1), 1 / 2.2f);
    }
}
