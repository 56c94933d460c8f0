using NUnit.Framework;
using Panoramax.Imaging;
using Panoramax.Imaging.Blurring;

namespace Panoramax.UnitTests.Imaging;

[TestFixture]
[Parallelizable(ParallelScope.All)]
internal sealed class MosaicPlanTests
{
    private static List<Box> RandomBoxes(int seed, int count)
    {
        var random = new Random(seed);
        return Enumerable.Range(0, count).Select(_ => new Box(random.Next(-50, 700), random.Next(-50, 500), random.Next(1, 200), random.Next(1, 200))).ToList();
    }

    [Test]
    public void A_box_is_rounded_outward_to_whole_units()
    {
        var plan = MosaicPlan.Of([new Box(17, 31, 15, 2)], 640, 480, 16, 16);
        Assert.That(plan.Areas, Has.Count.EqualTo(1));
        Assert.That(plan.Areas[0] with { CellColumns = 0, CellRows = 0 }, Is.EqualTo(new MosaicArea(1, 1, 1, 2, 0, 0)));
    }

    [TestCase(16, 16)]
    [TestCase(8, 8)]
    [TestCase(16, 8)]
    [TestCase(32, 8)]
    public void No_area_keeps_more_than_six_by_six_cells(int unitWidth, int unitHeight)
    {
        foreach (var area in MosaicPlan.Of(RandomBoxes(1, 200), 640, 480, unitWidth, unitHeight).Areas)
        {
            Assert.That((area.Columns + area.CellColumns - 1) / area.CellColumns, Is.LessThanOrEqualTo(6));
            Assert.That((area.Rows + area.CellRows - 1) / area.CellRows, Is.LessThanOrEqualTo(6));
        }
    }

    [Test]
    public void Each_pixel_of_each_box_lies_in_a_cell([Range(1, 20)] int seed)
    {
        var boxes = RandomBoxes(seed, 1 + seed);
        var plan = MosaicPlan.Of(boxes, 637, 471, 16, 8);
        foreach (var box in boxes)
        {
            for (var y = Math.Max(0, box.Y); y < Math.Min(471, box.Bottom); y++)
            {
                for (var x = Math.Max(0, box.X); x < Math.Min(637, box.Right); x++) Assert.That(plan.Cell(x / 16, y / 8), Is.Not.Zero);
            }
        }
    }

    [Test]
    public void The_order_of_boxes_does_not_matter([Range(1, 10)] int seed)
    {
        var boxes = RandomBoxes(seed, 12);
        var one = MosaicPlan.Of(boxes, 640, 480, 16, 16);
        var other = MosaicPlan.Of(boxes.OrderBy(box => (box.Y * 7919) ^ box.X), 640, 480, 16, 16);
        Assert.That(other.Areas, Is.EqualTo(one.Areas));
    }

    [Test]
    public void Boxes_of_one_thing_become_one_area_and_crossing_ones_stay_two()
    {
        Assert.That(MosaicPlan.Of([new Box(100, 100, 60, 60), new Box(104, 98, 60, 60)], 640, 480, 16, 16).Areas, Has.Count.EqualTo(1));
        Assert.That(MosaicPlan.Of([new Box(0, 200, 600, 20), new Box(300, 0, 20, 400)], 640, 480, 16, 16).Areas, Has.Count.EqualTo(2));
    }

    [Test]
    public void Boxes_outside_of_the_picture_are_left_out()
    {
        Assert.That(MosaicPlan.Of([new Box(640, 10, 20, 20), new Box(-30, 10, 30, 30), new Box(5, 5, 0, 9)], 640, 480, 16, 16).Areas, Is.Empty);
    }
}
