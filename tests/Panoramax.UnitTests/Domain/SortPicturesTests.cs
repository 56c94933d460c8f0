using Panoramax.Domain.Sequences;
using Panoramax.Domain.UploadSets;

namespace Panoramax.UnitTests.Domain;

[Parallelizable(ParallelScope.All)]
public sealed class SortPicturesTests
{
    private const string Asc = SortMethod.FilenameAsc;
    private const string Desc = SortMethod.FilenameDesc;

    [TestCase("3.jpg 1.jpg 2.jpeg", Asc, "1.jpg 2.jpeg 3.jpg")]
    [TestCase("10.jpg 5.jpg 1.jpg", Asc, "1.jpg 5.jpg 10.jpg")]
    [TestCase("10.jpg 5.jpg 1.jpg", Desc, "10.jpg 5.jpg 1.jpg")]
    [TestCase("CAM1_001.jpg CAM2_002.jpg CAM1_002.jpg", Asc, "CAM1_001.jpg CAM1_002.jpg CAM2_002.jpg")]
    [TestCase("CAM1_001.jpg CAM2_002.jpg CAM1_002.jpg", Desc, "CAM2_002.jpg CAM1_002.jpg CAM1_001.jpg")]
    [TestCase("a10.jpg a9.jpg", Asc, "a10.jpg a9.jpg", Description = "not naturally")]
    [TestCase("a.jpg B.jpg", Asc, "B.jpg a.jpg", Description = "by code, not by alphabet")]
    [TestCase("10.jpg 9.jpg x.jpg", Asc, "10.jpg 9.jpg x.jpg", Description = "one name is no number, so none is")]
    [TestCase("20230101120000000000010.jpg 20230101120000000000009.jpg", Asc, "20230101120000000000009.jpg 20230101120000000000010.jpg")]
    [TestCase("_010.jpg _001.jpg _002.jpg _312.jpg _011.jpg", Asc, "_001.jpg _002.jpg _010.jpg _011.jpg _312.jpg")]
    [TestCase("dir/2.jpg other/1.jpg", Asc, "other/1.jpg dir/2.jpg", Description = "folders do not count")]
    [TestCase("2.a.jpg 2.jpg", Asc, "2.jpg 2.a.jpg", Description = "only the last extension goes")]
    [Property("Contract", "metadata-and-dispatch 3.2 S1")]
    [Property("Contract", "metadata-and-dispatch 3.2 S2")]
    [Property("Contract", "metadata-and-dispatch 3.2 S3")]
    [Property("Contract", "metadata-and-dispatch 3.2 S4")]
    [Property("Contract", "metadata-and-dispatch 3.2 S6")]
    public void File_names_are_sorted_as_the_clients_sort_them(string sent, string method, string expected) =>
        Assert.That(TestPictures.FileNames(SortPictures.By(method, TestPictures.Named(sent.Split(' ')))), Is.EqualTo(expected.Split(' ')));

    [TestCase(SortMethod.TimeAsc, new[] { "third", "first", "second" })]
    [TestCase(SortMethod.TimeDesc, new[] { "second", "first", "third" })]
    [Property("Contract", "metadata-and-dispatch 3.2 S5")]
    public void Times_are_sorted_as_instants(string method, string[] expected)
    {
        DispatchedPicture[] sent =
        [
            TestPictures.Taken(2, fileName: "first"), TestPictures.Taken(3, fileName: "second"), TestPictures.Taken(1, fileName: "third"),
        ];

        Assert.That(TestPictures.FileNames(SortPictures.By(method, sent)), Is.EqualTo(expected));
    }

    [Test]
    public void The_offset_of_a_time_does_not_count()
    {
        var tokyo = TestPictures.Taken(fileName: "tokyo") with { Timestamp = new DateTimeOffset(2021, 7, 29, 10, 0, 0, TimeSpan.FromHours(9)) };
        var paris = TestPictures.Taken(fileName: "paris") with { Timestamp = new DateTimeOffset(2021, 7, 29, 9, 0, 0, TimeSpan.FromHours(2)) };

        Assert.That(TestPictures.FileNames(SortPictures.By(SortMethod.TimeAsc, [paris, tokyo])), Is.EqualTo(new[] { "tokyo", "paris" }));
    }

    [Test]
    [Property("Contract", "metadata-and-dispatch 3.2 S6")]
    public void Names_by_time_come_as_taken_and_by_name_come_sorted()
    {
        string[] names = ["_010.jpg", "_001.jpg", "_002.jpg", "_312.jpg", "_011.jpg"];
        var taken = names.Select((name, index) => TestPictures.Taken(index * 2, fileName: name)).ToArray();

        Assert.That(TestPictures.FileNames(SortPictures.By(SortMethod.TimeAsc, taken)), Is.EqualTo(names));
        Assert.That(TestPictures.FileNames(SortPictures.By(SortMethod.TimeDesc, taken)), Is.EqualTo(names.Reverse()));
        Assert.That(
            TestPictures.FileNames(SortPictures.By(SortMethod.FilenameDesc, taken)),
            Is.EqualTo(new[] { "_312.jpg", "_011.jpg", "_010.jpg", "_002.jpg", "_001.jpg" }));
    }

    [Test]
    public void Equals_stay_in_the_order_they_were_sent_and_are_reversed_when_descending()
    {
        var sent = Enumerable.Range(0, 50).Select(index => TestPictures.Taken(fileName: index % 2 == 0 ? "1.jpg" : "01.jpg")).ToArray();

        Assert.That(SortPictures.By(SortMethod.TimeAsc, sent), Is.EqualTo(sent));
        Assert.That(SortPictures.By(SortMethod.FilenameAsc, sent), Is.EqualTo(sent));
        Assert.That(SortPictures.By(SortMethod.TimeDesc, sent), Is.EqualTo(sent.Reverse()));
        Assert.That(SortPictures.By(SortMethod.FilenameDesc, sent), Is.EqualTo(sent.Reverse()));
    }

    [Test]
    public void An_unknown_method_is_refused() =>
        Assert.That(() => SortPictures.By("time", []), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Walks)])]
    public bool Sorting_loses_and_repeats_nothing_and_sorting_again_changes_nothing(Walk walk) =>
        SortMethod.All.All(method =>
        {
            var sorted = SortPictures.By(method, walk.Pictures);
            var again = method.EndsWith("-asc", StringComparison.Ordinal) ? sorted : [.. sorted.Reverse()];
            return sorted.ToHashSet().SetEquals(walk.Pictures) && sorted.Count == walk.Pictures.Count
                && SortPictures.By(method, again).SequenceEqual(sorted);
        });

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Walks)])]
    public bool The_order_is_total_and_stable(Walk walk)
    {
        var sent = walk.Pictures.Index().ToDictionary(picture => picture.Item, picture => picture.Index);
        return InOrder(SortPictures.By(SortMethod.TimeAsc, walk.Pictures), picture => picture.Timestamp.UtcTicks)
            // Names of a walk are numbers.
            && InOrder(SortPictures.By(Asc, walk.Pictures), picture => long.Parse(Path.GetFileNameWithoutExtension(picture.FileName), System.Globalization.CultureInfo.InvariantCulture));

        bool InOrder(IReadOnlyList<DispatchedPicture> sorted, Func<DispatchedPicture, long> key) => sorted.Zip(sorted.Skip(1)).All(pair =>
            key(pair.First) < key(pair.Second) || (key(pair.First) == key(pair.Second) && sent[pair.First] < sent[pair.Second]));
    }

    [FsCheck.NUnit.Property(Arbitrary = [typeof(Walks)])]
    public bool A_descending_order_is_the_ascending_one_read_backwards(Walk walk) =>
        SortPictures.By(SortMethod.TimeDesc, walk.Pictures).SequenceEqual(SortPictures.By(SortMethod.TimeAsc, walk.Pictures).Reverse())
        && SortPictures.By(SortMethod.FilenameDesc, walk.Pictures).SequenceEqual(SortPictures.By(SortMethod.FilenameAsc, walk.Pictures).Reverse());

    [TestCase("+gpsdate", "b c a")]
    [TestCase("-gpsdate", "a c b")]
    [TestCase("+filedate", "c b a")]
    [TestCase("-filedate", "a b c")]
    [TestCase("+filename", "a b c")]
    [TestCase("-filename", "c b a")]
    public void A_sequence_can_be_reordered_by_each_clock_and_by_name(string order, string expected)
    {
        ReorderedPicture[] sequence = [Reordered("a", 3, 3), Reordered("b", 1, 2), Reordered("c", 2, 1)];

        Assert.That(ReorderPictures.By(order, sequence)?.Select(picture => picture.FileName), Is.EqualTo(expected.Split(' ')));
    }

    [Test]
    public void Reordering_by_what_one_picture_lacks_is_impossible()
    {
        ReorderedPicture[] sequence = [Reordered("a", 1, 1), new(Guid.CreateVersion7(), null, null, null)];

        foreach (var order in ReorderPictures.Orders) Assert.That(ReorderPictures.By(order, sequence), Is.Null, order);
    }

    [Test]
    public void Reordering_compares_instants_numbers_and_whole_names()
    {
        var east = new ReorderedPicture(Guid.CreateVersion7(), new DateTimeOffset(2021, 7, 29, 10, 0, 0, TimeSpan.FromHours(9)), null, "10.jpg");
        var west = new ReorderedPicture(Guid.CreateVersion7(), new DateTimeOffset(2021, 7, 29, 9, 0, 0, TimeSpan.FromHours(2)), null, "9.jpg");
        Assert.That(ReorderPictures.By("+gpsdate", [west, east]), Is.EqualTo(new[] { east, west }));
        Assert.That(ReorderPictures.By("+filename", [east, west]), Is.EqualTo(new[] { west, east }));

        var jpeg = Reordered("x.jpeg", 1, 1);
        var jpg = Reordered("x.jpg", 1, 1);
        Assert.That(ReorderPictures.By("+filename", [jpg, jpeg]), Is.EqualTo(new[] { jpeg, jpg }));
    }

    private static ReorderedPicture Reordered(string name, int gpsSeconds, int cameraSeconds) =>
        new(Guid.CreateVersion7(), TestPictures.Start.AddSeconds(gpsSeconds), TestPictures.Start.AddSeconds(cameraSeconds), name);
}
