using Panoramax.Imaging;
using Panoramax.Metadata;
using Panoramax.Storage;

namespace Panoramax.PictureWorker;

/// <summary>Files as they leave the house: no hidden second picture, and metadata that are true of the pixels.</summary>
internal static class PublishedFile
{
    /// <summary>The HD file. Its metadata come from the source, so previews that show what blurring hid are taken out here.</summary>
    public static byte[] Hd(PublicPicture picture)
    {
        using var source = new MemoryStream(picture.Hd, writable: false);
        using var stripped = new MemoryStream(picture.Hd.Length);
        MetadataCleaner.StripPreviews(source, stripped);
        using var upright = new MemoryStream(picture.Hd.Length);
        MetadataCleaner.MarkUpright(stripped, upright);
        return upright.ToArray();
    }

    /// <summary>The SD file with the EXIF of the HD file.</summary>
    public static byte[] Sd(byte[] hd, byte[] sd)
    {
        using var tags = new MemoryStream(hd, writable: false);
        using var pixels = new MemoryStream(sd, writable: false);
        using var both = new MemoryStream(sd.Length);
        MetadataCleaner.TakeExif(tags, pixels, both);
        return both.ToArray();
    }

    public static async Task PutJpeg(this IPictureStore store, string key, byte[] jpeg, CancellationToken cancel)
    {
        using var content = new MemoryStream(jpeg, writable: false);
        await store.Put(key, content, "image/jpeg", cancel);
    }
}
