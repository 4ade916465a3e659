using FedActors.Storage;
using FedActors.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace FedActors.Tests.Storage;

public sealed class SqliteStatementsTests : IDisposable
{
    private readonly SqliteConnection _connection = new("Data Source=:memory:");

    public SqliteStatementsTests() => _connection.Open();

    public void Dispose() => _connection.Dispose();

    [Fact]
    public void Rows_RowOfAnotherKind_IsADamagedStore()
    {
        Action read = () => _connection.Rows("SELECT 'text'", row => row.GetFieldValue<DateTime>(0));

        read.Should().Throw<StoreException>().Which.Fault.Should().Be(StoreFault.Corrupt);
    }

    [Fact]
    public void Rows_StoreThatIsClosedMeanwhile_IsNotADamagedOne()
    {
        Action read = () => _connection.Rows<object>("SELECT 1", _ => throw new ObjectDisposedException("connection"));

        read.Should().Throw<ObjectDisposedException>();
    }
}
