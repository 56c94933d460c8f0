namespace Panoramax.Imaging;

/// <summary>A rectangle in pixels of the upright picture, from its top left corner.</summary>
public readonly record struct Box(int X, int Y, int Width, int Height)
{
    internal int Right => X + Width;

    internal int Bottom => Y + Height;

    internal long Area => (long)Math.Max(0, Width) * Math.Max(0, Height);

    internal bool IsEmpty => Width <= 0 || Height <= 0;

    internal static Box FromEdges(int left, int top, int right, int bottom) => new(left, top, right - left, bottom - top);

    /// <summary>The part that both share; empty when they do not meet.</summary>
    internal Box Intersect(Box other) =>
        FromEdges(Math.Max(X, other.X), Math.Max(Y, other.Y), Math.Min(Right, other.Right), Math.Min(Bottom, other.Bottom));

    /// <summary>The smallest box that holds both.</summary>
    internal Box Union(Box other) =>
        FromEdges(Math.Min(X, other.X), Math.Min(Y, other.Y), Math.Max(Right, other.Right), Math.Max(Bottom, other.Bottom));

    /// <summary>Larger on each side by shares of its own width and height.</summary>
    internal Box Grow(double horizontalShare, double verticalShare)
    {
        var dx = (int)Math.Ceiling(Width * horizontalShare);
        var dy = (int)Math.Ceiling(Height * verticalShare);
        return FromEdges(X - dx, Y - dy, Right + dx, Bottom + dy);
    }
}
