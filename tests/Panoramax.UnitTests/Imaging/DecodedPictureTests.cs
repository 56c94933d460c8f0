using System.Diagnostics;
using NUnit.Framework;
using OpenCvSharp;
using Panoramax.Domain.Pictures;
using Panoramax.Imaging;
using Panoramax.Imaging.Jpeg;

namespace Panoramax.UnitTests.Imaging;

[TestFixture]
internal sealed class DecodedPictureTests
{
    /// <summary>Decoders that fill the missing half with grey let broken uploads pass for pictures.</summary>
    [TestCase(0.25)]
    [TestCase(0.5)]
    [TestCase(0.98)]
    public void A_file_that_is_cut_off_is_unreadable(double kept)
    {
        var jpeg = Pictures.Jpeg(Pictures.Busy(640, 480));
        var cut = jpeg[..(int)(jpeg.Length * kept)];
        var refusal = Assert.Throws<UnreadablePicture>(() => Pictures.Decode(cut).Dispose());
        Assert.That(refusal!.Message, Does.Contain("cut off or damaged"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_file_that_is_damaged_in_the_middle_is_unreadable(bool progressive)
    {
        var jpeg = Pictures.Jpeg(Pictures.Busy(640, 480), progressive: progressive);
        for (var at = jpeg.Length / 2; at < jpeg.Length / 2 + 60; at++) jpeg[at] = (byte)(at * 37);
        Assert.Throws<UnreadablePicture>(() => Pictures.Decode(jpeg).Dispose());
    }

    [Test]
    public void A_CMYK_file_that_is_cut_off_is_unreadable()
    {
        var jpeg = Pictures.Shared("hostile/cmyk.jpg") ?? CmykJpeg.Uniform(640, 480, 250, 120, 30, 255);
        Assert.Throws<UnreadablePicture>(() => Pictures.Decode(jpeg[..(jpeg.Length / 2)]).Dispose());
    }

    [Test]
    public void A_few_stray_bytes_before_the_end_do_no_harm()
    {
        var jpeg = Pictures.Jpeg(Pictures.Busy(64, 48));
        byte[] padded = [.. jpeg[..^2], 0, 0, 0, 0xFF, 0xD9];
        using var decoded = Pictures.Decode(padded);
        Assert.That((decoded.Width, decoded.Height), Is.EqualTo((64, 48)));
    }

    [Test]
    public void Bytes_behind_the_end_do_no_harm()
    {
        byte[] padded = [.. Pictures.Jpeg(Pictures.Busy(64, 48)), .. "a film made beside the photograph"u8];
        using var decoded = Pictures.Decode(padded);
        Assert.That((decoded.Width, decoded.Height), Is.EqualTo((64, 48)));
    }

    [TestCase("hostile/truncated_half.jpg")]
    public void Broken_files_of_the_shared_set_are_unreadable(string path)
    {
        var jpeg = Pictures.Shared(path);
        if (jpeg is null)
        {
            A_file_that_is_cut_off_is_unreadable(0.5);
            return;
        }

        Assert.That(() => Pictures.Decode(jpeg).Dispose(), Throws.InstanceOf<UnreadablePicture>().Or.InstanceOf<NotAPicture>());
    }

    [TestCase("hostile/grey.jpg")]
    [TestCase("hostile/progressive.jpg")]
    [TestCase("hostile/tiny_1x1.jpg")]
    [TestCase("hostile/corrupt_exif_mapillary.jpg")]
    [TestCase("hostile/latitude_213.jpg")]
    public void Odd_but_sound_files_of_the_shared_set_give_all_derivates(string path)
    {
        var jpeg = Pictures.Shared(path) ?? Pictures.Jpeg(Pictures.Busy(1, 1));
        using var decoded = Pictures.Decode(jpeg);
        var made = PublicPicture.Make(decoded, [new Box(0, 0, 5, 5)]);
        Assert.Multiple(() =>
        {
            Assert.That(Pictures.SizeOf(made.Hd), Is.EqualTo(Pictures.SizeOf(jpeg)));
            Assert.That(Pictures.SizeOf(Derivates.Sd(made)).Width, Is.EqualTo(2048));
            Assert.That(Pictures.SizeOf(Derivates.Thumbnail(made, "flat")).Width, Is.EqualTo(500));
            Assert.That(Pictures.IsBaseline(made.Hd));
        });
    }

    /// <summary>libjpeg claims 3 bytes a pixel from the header alone: such files took 12 GB and up to 40 s.</summary>
    [TestCase(0xC0)]
    [TestCase(0xC2)]
    public void A_header_that_claims_a_huge_picture_is_refused_before_decoding(byte frame)
    {
        var jpeg = Pictures.Jpeg(Pictures.Busy(64, 64), progressive: frame == 0xC2);
        var layout = JpegLayout.Read(jpeg);
        var header = layout.Segments.Single(segment => segment.Marker == frame);
        for (var at = header.Offset + 5; at < header.Offset + 9; at++) jpeg[at] = 0xFD; // 65 021 × 65 021
        var before = Process.GetCurrentProcess().PeakWorkingSet64;
        var refusal = Assert.Throws<NotAPicture>(() => Pictures.Decode(jpeg).Dispose());
        Assert.That(refusal!.Reason, Is.EqualTo(NotAPictureReason.TooLarge));
        Assert.That(Process.GetCurrentProcess().PeakWorkingSet64 - before, Is.LessThan(200 << 20));
    }

    [Test]
    public void A_header_read_from_another_file_is_noticed()
    {
        var jpeg = Pictures.Jpeg(Pictures.Busy(64, 48));
        Assert.Throws<UnreadablePicture>(() => DecodedPicture.Decode(jpeg, new JpegHeader(64, 64, 3, false)).Dispose());
    }

    [Test]
    public void A_missing_native_library_is_told_in_one_sentence()
    {
        var missing = Assert.Throws<NativeLibraryMissing>(() => NativeLibraries.Load(() => throw new TypeInitializationException("OpenCv", new DllNotFoundException()), () => true));
        Assert.That(missing!.Message, Does.Contain("libgtk-3-0").And.Not.Contains("\n"));
        Assert.That(NativeLibraries.Load(() => { }, () => false), Has.Count.EqualTo(1).And.Some.Contains("libturbojpeg0"));
        Assert.That(NativeLibraries.Load(() => { }, () => true), Is.Empty);
    }

    [Test]
    public void Here_all_native_libraries_are_present()
    {
        Assert.That(NativeLibraries.Check(), Is.Empty);
        Assert.That(Cv2.GetNumThreads(), Is.EqualTo(1));
    }

    /// <summary>A picture that is not given back costs 3 bytes a pixel for ever: a worker of ours handles millions.</summary>
    [Test, NonParallelizable]
    public void Native_memory_and_handles_do_not_grow_with_the_number_of_pictures()
    {
        var jpeg = Pictures.Jpeg(Pictures.Busy(640, 320));
        var broken = jpeg[..(jpeg.Length / 2)];
        void Prepare(int times)
        {
            for (var time = 0; time < times; time++)
            {
                using (var decoded = Pictures.Decode(jpeg, 1 + time % 8))
                {
                    var made = PublicPicture.Make(decoded, [new Box(30, 30, 60, 40)]);
                    _ = Derivates.Thumbnail(made, "equirectangular");
                    _ = Derivates.Thumbnail(made, "flat");
                    foreach (var tile in Derivates.Tiles(made)) Assert.That(tile.Jpeg, Is.Not.Empty);
                }

                Assert.Throws<UnreadablePicture>(() => Pictures.Decode(broken).Dispose());
            }
        }

        Prepare(60);
        var before = Measure();
        Prepare(200);
        var after = Measure();

        // One leaked picture of 640 × 320 is 0.6 MB, 200 of them 120 MB.
        Assert.That(after.Memory - before.Memory, Is.LessThan(25 << 20), "resident memory");
        Assert.That(after.Handles - before.Handles, Is.LessThan(10), "open files");
    }

    private static (long Memory, int Handles) Measure()
    {
        // Collected but not finalized: what only a finalizer would give back counts as leaked.
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var process = Process.GetCurrentProcess();
        return (process.WorkingSet64, Directory.GetFiles("/proc/self/fd").Length);
    }
}
