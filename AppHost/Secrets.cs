using System.Security.Cryptography;
using System.Text.Json;

namespace Panoramax.AppHost;

/// <summary>
/// Passwords and keys of one instance, made at random when first asked for and kept in its data folder, readable by
/// its user alone: the next start finds the same servers with the same passwords.
/// </summary>
internal sealed class Secrets
{
    private readonly string path;
    private readonly Dictionary<string, string> known;

    private Secrets(string path, Dictionary<string, string> known) => (this.path, this.known) = (path, known);

    public static Secrets Open(Instance instance)
    {
        var file = Path.Combine(instance.Folder("."), "secrets.json");
        var kept = File.Exists(file) ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(file)) : null;
        return new Secrets(file, kept ?? []);
    }

    /// <summary>64 hexadecimal digits (32 random bytes): nothing that a shell, a URI or a connection string would have to quote.</summary>
    public string this[string name]
    {
        get
        {
            if (known.TryGetValue(name, out var value)) return value;

            known[name] = value = RandomNumberGenerator.GetHexString(64, lowercase: true);
            Save();
            return value;
        }
    }

    /// <summary>Written aside and renamed, so that a full disk or a kill never leaves half a file.</summary>
    private void Save()
    {
        var aside = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(aside, options))
        {
            JsonSerializer.Serialize(file, known);
        }

        File.Move(aside, path, overwrite: true);
    }
}
