namespace Panoramax.Imaging.Detection;

/// <summary>A box with its score before doubles are taken out; in parts of pixels of the picture.</summary>
internal readonly record struct Candidate(double Left, double Top, double Right, double Bottom, double Score)
{
    internal double Width => Right - Left;

    internal double Height => Bottom - Top;

    internal double Area => Width * Height;

    internal Candidate Shift(double x, double y) => new(Left + x, Top + y, Right + x, Bottom + y, Score);

    internal Candidate Scale(double factor) => new(Left * factor, Top * factor, Right * factor, Bottom * factor, Score);

    internal bool Holds(double x, double y) => x >= Left && x <= Right && y >= Top && y <= Bottom;

    internal Candidate Grow(double share) => new(Left - share * Width, Top - share * Height, Right + share * Width, Bottom + share * Height, Score);

    internal Box ToBox() => Box.FromEdges((int)Math.Floor(Left), (int)Math.Floor(Top), (int)Math.Ceiling(Right), (int)Math.Ceiling(Bottom));

    /// <summary>Shared area of both, this one seen also one turn to the left and right when <paramref name="turn"/> is not 0.</summary>
    internal double SharedArea(Candidate other, double turn)
    {
        var shared = Shared(other);
        return turn == 0 || shared > 0 ? shared : Math.Max(Shift(turn, 0).Shared(other), Shift(-turn, 0).Shared(other));
    }

    private double Shared(Candidate other) =>
        Math.Max(0, Math.Min(Right, other.Right) - Math.Max(Left, other.Left)) * Math.Max(0, Math.Min(Bottom, other.Bottom) - Math.Max(Top, other.Top));
}

internal static class Candidates
{
    /// <summary>
    /// Takes out what another candidate of higher score already says: those that share more than
    /// <paramref name="overlap"/> of their common area, or lie nearly whole within it (a face cut by a tile's edge).
    /// </summary>
    /// <param name="turn">Width of a 360° picture, 0 for a flat one.</param>
    internal static List<Candidate> WithoutDoubles(IEnumerable<Candidate> candidates, double overlap, double turn)
    {
        const double nearlyWhole = 0.85;
        var kept = new List<Candidate>();
        foreach (var candidate in candidates.OrderByDescending(candidate => candidate.Score))
        {
            var isDouble = kept.Exists(other =>
            {
                var shared = candidate.SharedArea(other, turn);
                return shared > overlap * (candidate.Area + other.Area - shared) || shared > nearlyWhole * candidate.Area;
            });
            if (!isDouble) kept.Add(candidate);
        }

        return kept;
    }
}
