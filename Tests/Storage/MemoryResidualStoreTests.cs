using FedActors.Storage.Residuals;
using FedActors.Tests.Contracts;

namespace FedActors.Tests.Storage;

public sealed class MemoryResidualStoreTests : ResidualStoreContract
{
    protected override IResidualStore Open() => new MemoryResidualStore();
}
