using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Panoramax.Database;

/// <summary>Lets <c>dotnet ef migrations add</c> make the model without a host; it never connects.</summary>
internal sealed class DesignTimeDb : IDesignTimeDbContextFactory<PanoramaxDb>
{
    public PanoramaxDb CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<PanoramaxDb>();
        DatabaseSetup.Configure(options, DatabaseSetup.DataSource("Host=localhost;Database=design"));
        return new PanoramaxDb(options.Options);
    }
}
