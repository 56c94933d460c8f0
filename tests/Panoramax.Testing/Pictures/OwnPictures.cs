namespace Panoramax.Testing.Pictures;

/// <summary>The project's own small set of pictures, made by us and free to ship: <c>tests/pictures</c>.</summary>
public static class OwnPictures
{
    public static string Folder { get; } = Path.Combine(SharedPictures.RepositoryRoot, "tests", "pictures");
}
