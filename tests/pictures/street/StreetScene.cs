using System.Collections.Concurrent;
using System.Numerics;

namespace Panoramax.StreetPictures;

/// <summary>The street in one light: follows rays of sight to a colour (linear light).</summary>
internal sealed class StreetScene(Daylight light)
{
    /// <summary>Bodies may reach this far into the next cell.</summary>
    private const float Overlap = 4.5f;
    private const float Sight = 420;

    private static readonly ConcurrentDictionary<int, Solid[]> cells = [];

    private static readonly Vector3[] CarColours =
        [new(0.55f, 0.05f, 0.05f), new(0.62f, 0.62f, 0.64f), new(0.05f, 0.12f, 0.32f), new(0.03f, 0.03f, 0.04f), new(0.72f, 0.70f, 0.64f), new(0.12f, 0.28f, 0.26f)];

    /// <summary>Colour seen from a place in a direction.</summary>
    /// <param name="spread">Width of the ray at a distance of one; finer patterns fade.</param>
    public Vector3 Look(Vector3 from, Vector3 direction, float spread)
    {
        var ray = new Ray(from, direction);
        var hit = Nearest(ray, Sight);
        var distance = hit?.Distance ?? float.MaxValue;
        if (RailingIn(ray, distance, spread) is { } railing)
        {
            var behind = railing.Cover > 0.99f ? Vector3.Zero : Surface(ray, hit, spread);
            return Vector3.Lerp(behind, light.Through(railing.Colour, direction, railing.Distance), railing.Cover);
        }

        return Surface(ray, hit, spread);
    }

    private Vector3 Surface(Ray ray, Hit? hit, float spread)
    {
        if (hit is { Thing: { } thing } met)
        {
            var point = ray.At(met.Distance);
            var (albedo, glow) = thing.Paint(point, met, ray, light);
            return light.Through(Lit(point, met.Normal, albedo, thing) + glow, ray.Direction, met.Distance);
        }

        if (ray.Direction.Z < -1e-4f)
        {
            var down = -ray.Origin.Z / ray.Direction.Z;
            var place = ray.At(down);
            if (place.Y > Street.QuayEdge)
            {
                var colour = down > 900 ? light.Horizon : Lit(place, Vector3.UnitZ, Ground.Paint(place, down * spread), null);
                return light.Through(colour, ray.Direction, down);
            }
        }

        return Far(ray, reflections: true);
    }

    /// <summary>The river, the other bank, the sky.</summary>
    private Vector3 Far(Ray ray, bool reflections)
    {
        var water = ray.Direction.Z < -1e-4f ? (Street.Water - ray.Origin.Z) / ray.Direction.Z : float.MaxValue;
        var bank = ray.Direction.Y < -1e-4f ? (Street.FarBank - ray.Origin.Y) / ray.Direction.Y : float.MaxValue;
        if (bank < water && bank < 1500)
        {
            var place = ray.At(bank);
            if (OtherBank.Paint(place) is { } albedo)
            {
                // Seen from the shaded side; the sun only tints it.
                var colour = albedo * (light.Ambient + (light.Sun * (0.12f + (0.3f * MathF.Max(0, light.Towards.Y)))));
                return light.Through(colour, ray.Direction, bank);
            }
        }

        if (water > 2500 || !reflections) return light.Sky(ray.Direction);
        var point = ray.At(water);
        var calm = 1 / (1 + (water * 0.02f));
        var wave = new Vector2(
            Noise.Smooth(point.X * 0.9f, point.Y * 2.3f, 31) + (0.5f * Noise.Smooth(point.X * 2.9f, point.Y * 6.1f, 32)) - 0.75f,
            Noise.Smooth(point.X * 1.1f, point.Y * 2.7f, 33) + (0.5f * Noise.Smooth(point.X * 3.3f, point.Y * 5.7f, 34)) - 0.75f);
        var normal = Vector3.Normalize(new Vector3(wave * (0.05f + (0.12f * calm)), 1));
        var mirrored = Vector3.Reflect(ray.Direction, normal);
        mirrored = Vector3.Normalize(mirrored with { Z = MathF.Abs(mirrored.Z) + 0.01f });
        var facing = MathF.Max(0, -Vector3.Dot(ray.Direction, normal));
        var glance = 0.05f + (0.85f * MathF.Pow(1 - facing, 4));
        var glitter = light.Sun * (3f * MathF.Pow(MathF.Max(0, Vector3.Dot(mirrored, light.Towards)), 400));
        var deep = new Vector3(0.045f, 0.075f, 0.07f) * (light.Ambient + (light.Sun * 0.3f)) * 2.2f;
        return light.Through(Vector3.Lerp(deep, Far(new Ray(point, mirrored), reflections: false), glance) + glitter, ray.Direction, water * 0.5f);
    }

    private Vector3 Lit(Vector3 point, Vector3 normal, Vector3 albedo, Solid? thing)
    {
        var facing = Vector3.Dot(normal, light.Towards);

        // Leaves let light through and have no single normal.
        if (thing is Crown) facing = 0.25f + (0.75f * ((facing + 1) / 2));
        var sun = 0f;
        if (facing > 0)
        {
            var blocked = Nearest(new Ray(point + (normal * 0.02f), light.Towards), 70, except: thing is Crown ? thing : null);
            var left = blocked?.Thing is Crown ? 0.12f : 0;
            if (thing is Crown) left = 0.45f;
            sun = blocked is null ? facing : facing * left;
        }

        // Corners at the ground and undersides get less of the sky.
        var open = 0.62f + (0.38f * normal.Z);
        if (thing is null) open *= 1 - (0.3f * MathF.Exp(-MathF.Max(0, Street.Facades - point.Y) * 1.3f));
        if (thing is House) open *= 1 - (0.25f * MathF.Exp(-point.Z * 1.5f));
        return albedo * ((light.Ambient * open) + (light.Sun * sun) + (light.Sun * 0.05f * MathF.Max(0, light.Towards.Z)));
    }

    private static Hit? Nearest(Ray ray, float limit, Solid? except = null)
    {
        var step = ray.Direction.X >= 0 ? 1 : -1;
        var speed = MathF.Abs(ray.Direction.X);
        var best = default(Hit?);
        var cell = CellAt(ray.Origin.X - (step * Overlap));
        for (var count = 0; count < 80; count++, cell += step)
        {
            var border = step > 0 ? Edge(cell) - Overlap : Edge(cell + 1) + Overlap;
            var entry = (border - ray.Origin.X) * step / MathF.Max(1e-6f, speed);
            if (entry > (best?.Distance ?? limit)) break;
            if (entry > 0)
            {
                var height = ray.Origin.Z + (ray.Direction.Z * entry);
                var left = ray.Origin.Y + (ray.Direction.Y * entry);
                if ((height > 20 && ray.Direction.Z > 0) || (height < Street.Water && ray.Direction.Z < 0) || (left < -22 && ray.Direction.Y < 0)) break;
            }

            foreach (var solid in cells.GetOrAdd(cell, Fill))
            {
                if (!ReferenceEquals(solid, except) && solid.Meet(ray) is { } hit && hit.Distance < (best?.Distance ?? limit)) best = hit;
            }
        }

        // The ground hides what lies beyond: the barges down on the river.
        if (best is { } found && ray.Direction.Z < -1e-5f && -ray.Origin.Z / ray.Direction.Z is var down && down > 0 && down < found.Distance && ray.At(down).Y > Street.QuayEdge) return null;
        return best;
    }

    /// <summary>Along the street, one house a cell.</summary>
    private static float Edge(int cell) => (cell * 12) + (5 * (Noise.At(cell, 0, 50) - 0.5f));

    private static int CellAt(float along)
    {
        var cell = (int)MathF.Floor(along / 12);
        if (along < Edge(cell)) return cell - 1;
        return along >= Edge(cell + 1) ? cell + 1 : cell;
    }

    private static Solid[] Fill(int cell)
    {
        var solids = new List<Solid> { new House(cell, Edge(cell), Edge(cell + 1)) };
        var middle = (cell * 12f) + 6;
        if (Noise.At(cell, 1, 51) < 0.6f) solids.Add(new Chimney(Edge(cell + 1) - 1.4f, House.RoofAt(cell)));

        // Trees every 9 m would beat against the houses: every 12 m, a little out of line.
        var tree = new Vector2(middle + (2 * (Noise.At(cell, 2, 51) - 0.5f)), -6.6f);
        var tint = Noise.At(cell, 3, 51);
        var top = new Vector3(tree, 4.9f + tint);
        var balls = Enumerable.Range(0, 16).Select(i => new Vector4(
            top.X + (2.9f * (Noise.At(cell, i, 52) - 0.5f)), top.Y + (2.7f * (Noise.At(cell, i, 53) - 0.5f)),
            top.Z + (2.9f * (Noise.At(cell, i, 54) - 0.45f)), 0.75f + (0.55f * Noise.At(cell, i, 55))));
        solids.Add(new Pole(tree, 0.19f, top.Z - 0.7f, new Vector3(0.24f, 0.20f, 0.15f)));
        solids.Add(new Crown(top, [.. balls], new Vector3(0.16f + (0.06f * tint), 0.27f, 0.055f)));
        if ((cell & 1) == 0) solids.Add(new Pole(new Vector2(cell * 12, -4.3f), 0.07f, 4.6f, new Vector3(0.05f, 0.07f, 0.06f), Ball: 0.23f));

        // A car must not stand on a zebra crossing.
        if (Noise.At(cell, 4, 51) < 0.55f && !Ground.HasCrossing(cell))
        {
            var (place, colour) = (middle + (3 * (Noise.At(cell, 5, 51) - 0.5f)), CarColours[(int)(Noise.At(cell, 6, 51) * CarColours.Length)]);
            solids.Add(new CarBody(place, 1.75f, colour));
            solids.Add(new CarCabin(place, 1.75f, colour));
        }

        if (cell % 5 == 2)
        {
            var hull = Noise.At(cell, 7, 51) < 0.5f ? new Vector3(0.08f, 0.16f, 0.24f) : new Vector3(0.22f, 0.07f, 0.06f);
            solids.Add(new Barge(middle - 8, middle + 8, Street.Water + 1.5f, hull, Hull: true));
            solids.Add(new Barge(middle - 7, middle - 1, Street.Water + 3.3f, new Vector3(0.72f, 0.70f, 0.64f), Hull: false));
        }

        return [.. solids];
    }

    /// <summary>The railing along the quay, which one looks through.</summary>
    private (Vector3 Colour, float Cover, float Distance)? RailingIn(Ray ray, float limit, float spread)
    {
        var distance = (Street.QuayEdge + 0.35f - ray.Origin.Y) / ray.Direction.Y;
        if (!(distance > 0.05f && distance < limit && distance < 300)) return null;
        var point = ray.At(distance);
        if (point.Z is < 0 or > 1.12f) return null;
        var width = distance * spread;
        var rails = MathF.Max(Line(point.Z - 1.06f, 0.07f, width), MathF.Max(Line(point.Z - 0.72f, 0.035f, width), Line(point.Z - 0.38f, 0.035f, width)));
        var along = width / MathF.Max(0.12f, MathF.Abs(ray.Direction.Y));
        var posts = Line(MathF.IEEERemainder(point.X, 2), 0.09f, along);
        var cover = MathF.Max(rails, posts);
        if (cover < 0.02f) return null;
        var colour = new Vector3(0.16f, 0.22f, 0.20f) * (light.Ambient + (light.Sun * 0.35f));
        return (colour, cover, distance);
    }

    /// <summary>How much of a strip of this width a ray covers that is itself so wide.</summary>
    private static float Line(float offset, float width, float ray) =>
        Math.Clamp(((width + ray) / 2 - MathF.Abs(offset)) / MathF.Max(ray, 1e-4f), 0, 1) * MathF.Min(1, width / MathF.Max(ray, 1e-4f));
}

/// <summary>A chimney at the end of a roof.</summary>
internal sealed record Chimney(float Along, float Roof) : Block(Box(new Vector3(Along, 8.2f, 8), new Vector3(Along + 1.3f, 8.9f, Roof + 1.3f)))
{
    public override (Vector3 Albedo, Vector3 Glow) Paint(Vector3 point, Hit hit, Ray ray, Daylight light) =>
        (new Vector3(0.50f, 0.30f, 0.22f) * (0.8f + (0.3f * Noise.Smooth(point * 4, 61))), Vector3.Zero);
}
