using System.Numerics;

namespace Panoramax.StreetPictures;

/// <summary>Where a ray met something.</summary>
internal readonly record struct Hit(float Distance, Vector3 Normal, int Face, Solid? Thing);

internal readonly record struct Ray(Vector3 Origin, Vector3 Direction)
{
    public Vector3 At(float distance) => Origin + (Direction * distance);
}

/// <summary>A body of the street.</summary>
internal abstract record Solid
{
    /// <summary>First point of the body on the ray; null when it misses.</summary>
    public abstract Hit? Meet(Ray ray);

    /// <summary>Albedo and own light at a point.</summary>
    public abstract (Vector3 Albedo, Vector3 Glow) Paint(Vector3 point, Hit hit, Ray ray, Daylight light);
}

/// <summary>A convex body, given by the planes around it.</summary>
internal abstract record Block(Vector4[] Planes) : Solid
{
    public override Hit? Meet(Ray ray)
    {
        var (enter, leave, face) = (1e-3f, float.MaxValue, -1);
        for (var i = 0; i < Planes.Length; i++)
        {
            var normal = new Vector3(Planes[i].X, Planes[i].Y, Planes[i].Z);
            var speed = Vector3.Dot(normal, ray.Direction);
            var outside = Vector3.Dot(normal, ray.Origin) - Planes[i].W;
            if (MathF.Abs(speed) < 1e-7f)
            {
                if (outside > 0) return null;
                continue;
            }

            var distance = -outside / speed;
            if (speed < 0)
            {
                if (distance > enter) (enter, face) = (distance, i);
            }
            else
            {
                leave = MathF.Min(leave, distance);
            }

            if (enter > leave) return null;
        }

        return face < 0 ? null : new Hit(enter, Vector3.Normalize(new Vector3(Planes[face].X, Planes[face].Y, Planes[face].Z)), face, this);
    }

    /// <summary>Faces in the order: back (low X), front (high X), right (low Y), left (high Y), bottom, top.</summary>
    protected static Vector4[] Box(Vector3 low, Vector3 high) =>
        [new(-1, 0, 0, -low.X), new(1, 0, 0, high.X), new(0, -1, 0, -low.Y), new(0, 1, 0, high.Y), new(0, 0, -1, -low.Z), new(0, 0, 1, high.Z)];
}

/// <summary>An upright pole with a ball on top: a lamp, or the trunk of a tree without one.</summary>
internal sealed record Pole(Vector2 Foot, float Radius, float Height, Vector3 Colour, float Ball = 0) : Solid
{
    public override Hit? Meet(Ray ray)
    {
        var offset = new Vector2(ray.Origin.X, ray.Origin.Y) - Foot;
        var level = new Vector2(ray.Direction.X, ray.Direction.Y);
        var (a, b, c) = (level.LengthSquared(), Vector2.Dot(offset, level), offset.LengthSquared() - (Radius * Radius));
        var root = (b * b) - (a * c);
        if (root > 0 && a > 1e-9f)
        {
            var distance = (-b - MathF.Sqrt(root)) / a;
            var point = ray.At(distance);
            if (distance > 0.01f && point.Z >= 0 && point.Z <= Height)
                return new Hit(distance, new Vector3((point.X - Foot.X) / Radius, (point.Y - Foot.Y) / Radius, 0), 0, this);
        }

        return Ball > 0 ? Crown.Sphere(ray, new Vector3(Foot, Height + Ball), Ball, this, 1) : null;
    }

    public override (Vector3 Albedo, Vector3 Glow) Paint(Vector3 point, Hit hit, Ray ray, Daylight light)
    {
        if (hit.Face == 1) return (new Vector3(0.8f), new Vector3(1.0f, 0.75f, 0.4f) * (light.LitWindows > 0 ? 0.9f : 0.05f));
        return (Colour * (0.75f + (0.5f * Noise.Smooth(point * new Vector3(9, 9, 4), 3))), Vector3.Zero);
    }
}

/// <summary>Leaves of a tree: balls with ragged edges and holes.</summary>
internal sealed record Crown(Vector3 Middle, Vector4[] Balls, Vector3 Colour) : Solid
{
    private const float Reach = 3.2f;

    public override Hit? Meet(Ray ray)
    {
        if (Sphere(ray, Middle, Reach, this, 0) is null && (ray.Origin - Middle).LengthSquared() > Reach * Reach) return null;
        Hit? nearest = null;
        for (var i = 0; i < Balls.Length; i++)
        {
            var centre = new Vector3(Balls[i].X, Balls[i].Y, Balls[i].Z);
            if (Sphere(ray, centre, Balls[i].W, this, i) is not { } hit || hit.Distance >= (nearest?.Distance ?? float.MaxValue)) continue;
            var facing = -Vector3.Dot(hit.Normal, ray.Direction);
            if (facing < 0.95f * Noise.Smooth(ray.At(hit.Distance) * 5.5f, 11)) continue;
            nearest = hit;
        }

        return nearest;
    }

    public override (Vector3 Albedo, Vector3 Glow) Paint(Vector3 point, Hit hit, Ray ray, Daylight light)
    {
        var leaves = (0.45f * Noise.Smooth(point * 2.2f, 12)) + (0.55f * Noise.Smooth(point * 8.5f, 13));
        var through = MathF.Pow(MathF.Max(0, Vector3.Dot(ray.Direction, light.Towards)), 3) * 0.10f;
        return (Colour * (0.1f + (1.25f * leaves)), Colour * light.Sun * through);
    }

    public static Hit? Sphere(Ray ray, Vector3 centre, float radius, Solid thing, int face)
    {
        var offset = ray.Origin - centre;
        var b = Vector3.Dot(offset, ray.Direction);
        var root = (b * b) - offset.LengthSquared() + (radius * radius);
        if (root < 0) return null;
        var distance = -b - MathF.Sqrt(root);
        return distance > 0.01f ? new Hit(distance, (ray.At(distance) - centre) / radius, face, thing) : null;
    }
}
