using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Panoramax.Storage;

/// <summary>
/// A folder of a POSIX file system (local, or NFS with close-to-open consistency) that all processes of the instance
/// mount at the same place. Needs the right to read it; writers also to write it. A file gets its name only when its
/// bytes are on the disk, by renaming, so readers never see half a file. The folder itself is made by
/// <see cref="Ensure"/> only: when its mount is gone, everything else says "unavailable" rather than "not there".
/// </summary>
internal sealed partial class FolderPictureStore(string root) : IBucket
{
    /// <summary>Files being written; inside the root, so that they are in the same file system. No key starts with a dot.</summary>
    private const string PartsFolder = ".parts";

    /// <summary>A file still being written after this long was left behind by a crash.</summary>
    private static readonly TimeSpan oldestPart = TimeSpan.FromDays(1);

    public async Task Put(string key, Stream content, string contentType, CancellationToken cancel)
    {
        var path = PathOf(key);
        var part = Path.Combine(root, PartsFolder, Guid.NewGuid().ToString("N"));
        try
        {
            await using (var file = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.Asynchronous))
            {
                await content.CopyToAsync(file, cancel);
                file.Flush(flushToDisk: true);
            }

            MoveIntoPlace(part, path);
        }
        catch (Exception error)
        {
            // The folder of parts may be the very thing that is gone.
            if (File.Exists(part)) File.Delete(part);
            if (Translate(error) is { } ours) throw ours;
            throw;
        }
    }

    public Task<StoredPicture?> Get(string key, ByteRange? range, CancellationToken cancel) => Task.FromResult(Guarded(() =>
    {
        FileStream file;
        try
        {
            // Deleting and replacing stay possible while somebody reads: the reader keeps the old file.
            file = new FileStream(PathOf(key), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0, FileOptions.Asynchronous);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            RootIsThere();
            return null;
        }

        var total = file.Length;
        var (start, count) = range?.Within(total) ?? (0, total);
        file.Position = start;
        var changed = File.GetLastWriteTimeUtc(file.SafeFileHandle);
        return new StoredPicture
        {
            Content = new ContentStream(file, count),
            Start = start,
            Length = count,
            TotalLength = total,
            ETag = $"\"{changed.Ticks:x}-{total:x}\"",
            LastModified = new DateTimeOffset(changed),
        };
    }));

    public Task<bool> Exists(string key, CancellationToken cancel) => Task.FromResult(Guarded(() =>
    {
        if (File.Exists(PathOf(key))) return true;
        RootIsThere();
        return false;
    }));

    public Task Delete(string key, CancellationToken cancel)
    {
        Guarded(() =>
        {
            var path = PathOf(key);
            try
            {
                File.Delete(path);
            }
            catch (Exception error) when (error is DirectoryNotFoundException or FileNotFoundException)
            {
                RootIsThere();
                return false;
            }

            RemoveEmptyFolders(Path.GetDirectoryName(path)!);
            return true;
        });
        return Task.CompletedTask;
    }

    public Task DeleteFolder(string folder, CancellationToken cancel)
    {
        Guarded(() =>
        {
            var path = PathOf(folder);
            try
            {
                Directory.Delete(path, recursive: true);
            }
            catch (Exception error) when (error is DirectoryNotFoundException or FileNotFoundException)
            {
                RootIsThere();
                return false;
            }

            RemoveEmptyFolders(Path.GetDirectoryName(path)!);
            return true;
        });
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<StoredKey> List(string folder, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask;
        Guarded(RootIsThere);
        var start = folder.Length == 0 ? root : PathOf(folder);
        if (!Directory.Exists(start)) yield break;

        // Folders that vanish meanwhile are passed over; so is what is being written.
        var files = new DirectoryInfo(start).EnumerateFiles("*", new EnumerationOptions
        {
            RecurseSubdirectories = true,
            IgnoreInaccessible = true,
            AttributesToSkip = FileAttributes.Hidden,
        });
        foreach (var file in files)
        {
            cancel.ThrowIfCancellationRequested();
            if (!file.Exists) continue;
            yield return new StoredKey(Path.GetRelativePath(root, file.FullName).Replace('\\', '/'), file.Length, new DateTimeOffset(file.LastWriteTimeUtc));
        }
    }

    public Task Ensure(CancellationToken cancel)
    {
        Guarded(() =>
        {
            var parts = Directory.CreateDirectory(Path.Combine(root, PartsFolder));
            foreach (var left in parts.EnumerateFiles())
            {
                if (TimeProvider.System.GetUtcNow().UtcDateTime - left.LastWriteTimeUtc > oldestPart) left.Delete();
            }

            return true;
        });
        return Task.CompletedTask;
    }

    public Task Probe(CancellationToken cancel)
    {
        Guarded(RootIsThere);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Renames the part to its name, and returns when the name is on the disk too. Somebody who deletes the last
    /// neighbour may remove a folder between making it and renaming into it: then it is made again.
    /// </summary>
    private void MoveIntoPlace(string part, string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        for (var tries = 0; ; tries++)
        {
            try
            {
                MakeFolder(folder);
                File.Move(part, path, overwrite: true);
                FlushFolder(folder);
                return;
            }
            catch (Exception error) when (
                error is DirectoryNotFoundException or FileNotFoundException or IOException { HResult: FileExists } && tries < 100 && File.Exists(part))
            {
                // Lost the race; the next try makes the folder again. Which of the three it is depends on whether somebody
                // else has already made it again, and when.
            }
        }
    }

    /// <summary>EEXIST: what making a folder ends with when it was there at first and was gone when looked at.</summary>
    private const int FileExists = 17;

    private void MakeFolder(string folder)
    {
        if (Directory.Exists(folder)) return;
        var parent = Path.GetDirectoryName(folder)!;
        if (folder != root) MakeFolder(parent);
        else RootIsThere();
        Directory.CreateDirectory(folder);
        FlushFolder(parent);
    }

    /// <summary>Up to the root, as far as they are empty.</summary>
    private void RemoveEmptyFolders(string folder)
    {
        for (; folder.Length > root.Length; folder = Path.GetDirectoryName(folder)!)
        {
            try
            {
                Directory.Delete(folder);
            }
            catch (DirectoryNotFoundException)
            {
                // Somebody else removed it: its parent may be empty too.
            }
            catch (IOException)
            {
                return;
            }
        }
    }

    private string PathOf(string key)
    {
        var path = Path.GetFullPath(Path.Combine(root, key));
        // Keys are built from ids; this is the second lock on the same door.
        return path.StartsWith(root + "/", StringComparison.Ordinal) && !key.StartsWith('.')
            ? path
            : throw new ArgumentException("not a key inside the store", nameof(key));
    }

    private bool RootIsThere() => Directory.Exists(root)
        ? true
        : throw new PictureStoreUnavailable($"The folder {root} is not there: not mounted, or never made by 'migrate'", reached: false);

    private T Guarded<T>(Func<T> run)
    {
        try
        {
            return run();
        }
        catch (Exception error)
        {
            if (Translate(error) is { } ours) throw ours;
            throw;
        }
    }

    private Exception? Translate(Exception error) => error switch
    {
        UnauthorizedAccessException => new PictureStoreRefused($"No right to do this in the folder {root}: {error.Message}", error),
        DirectoryNotFoundException when !Directory.Exists(root) =>
            new PictureStoreUnavailable($"The folder {root} is not there: not mounted, or never made by 'migrate'", reached: false, error),
        DirectoryNotFoundException when !Directory.Exists(Path.Combine(root, PartsFolder)) =>
            new PictureStoreRefused($"The folder {root} lacks its folder {PartsFolder}: it was never made by 'migrate'", error),
        IOException => new PictureStoreUnavailable($"The folder {root} failed: {error.Message}", reached: true, error),
        _ => null,
    };

    /// <summary>A renamed file survives a power cut only when its folder was flushed as well.</summary>
    private static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return;

        var descriptor = Open(folder, 0);
        // The folder may be gone again; then there is nothing to keep. Some network file systems cannot flush folders.
        if (descriptor < 0) return;
        _ = Fsync(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
