using Panoramax.Domain.Pictures;

namespace Panoramax.UnitTests.Domain;

[Parallelizable(ParallelScope.All)]
public sealed class TileGridTests
{
    [TestCase(1, 4, 2)]
    [TestCase(2048, 4, 2)]
    [TestCase(3840, 4, 2)]
    [TestCase(4095, 4, 2)]
    [TestCase(4096, 8, 4)]
    [TestCase(5760, 8, 4)]
    [TestCase(7680, 8, 4)]
    [TestCase(8191, 8, 4)]
    [TestCase(8192, 16, 8)]
    [TestCase(11000, 16, 8)]
    [TestCase(16384, 32, 16)]
    [TestCase(32768, 64, 32)]
    [TestCase(100_000, 64, 32)]
    public void The_grid_follows_from_the_width(int width, int columns, int rows) =>
        Assert.That(TileGrid.Of(width), Is.EqualTo(new TileGrid(columns, rows)));
}
