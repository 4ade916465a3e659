using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Training;
using FedActors.Simulation.Scenarios;

namespace FedActors.Tests.Simulation.Scenarios;

public sealed class SyntheticClientsTests
{
    [Fact]
    public void Load_InAnyOrderAndBuffer_GivesTheSameExamples()
    {
        SyntheticClients clients = SmallScenario.SyntheticClients();
        ClientBuffer buffer = new();
        float[] first = clients.Load(3, buffer).Values.ToArray();
        clients.Load(4, buffer);

        clients.Load(3, buffer).Values.ToArray().Should().Equal(first);
        SmallScenario.SyntheticClients(40).Load(3, new ClientBuffer()).Values.ToArray().Should().Equal(first, "a client's examples do not depend on how many others there are");
        clients.Load(4, buffer).Values.ToArray().Should().NotEqual(first);
    }

    [Fact]
    public void Load_ManyRows_IsNoiseOfDeviationOneAroundTheCentres()
    {
        SyntheticClients clients = new(new SyntheticExamples { Features = 19, Classes = 2, Samples = Distribution.Constant(20_000), Separation = 0 }, 1, seed: 3);

        DataSet data = clients.Load(0, new ClientBuffer());

        for (int feature = 0; feature < data.Features; feature++)
        {
            double[] column = [.. Enumerable.Range(0, data.Count).Select(row => (double)data.Row(row)[feature])];
            double mean = column.Average();
            mean.Should().BeApproximately(0, 0.03);
            Math.Sqrt(column.Average(value => (value - mean) * (value - mean))).Should().BeApproximately(1, 0.02);
        }
    }

    [Fact]
    public void Standardise_ThenLoad_GivesWhatAStandardiserMakesOfTheExamples()
    {
        SyntheticClients raw = SmallScenario.SyntheticClients();
        SyntheticClients clients = SmallScenario.SyntheticClients();
        Standardiser standardiser = FeatureMoments.Of(raw.Load(0, new ClientBuffer())).ToStandardiser();

        clients.Standardise(standardiser);

        clients.Load(1, new ClientBuffer()).Values.ToArray().Should().Equal(standardiser.Apply(raw.Load(1, new ClientBuffer())).Values.ToArray());
    }

    [Fact]
    public void Turn_ToClientsOfOtherSizes_TrainsAsNewTrainersWould()
    {
        SyntheticClients clients = new(new SyntheticExamples { Features = 9, Classes = 3, Samples = Distribution.TryParse("list 5 17 2", out Distribution? samples) ? samples : null! }, 3, seed: 4);
        ModelSpecification model = new(ModelSpecification.Softmax, 9, 3);
        ParameterVector global = InitialParameters.Draw(model, 1);
        ClientBuffer buffer = new();
        LocalTrainer turning = new(model, clients.Load(0, buffer), 1, "C0000");
        for (int client = 0; client < 3; client++)
        {
            turning.Turn(clients.Load(client, buffer), clients.NameOf(client));
            LocalTrainer fresh = new(model, clients.Load(client, new ClientBuffer()), 1, clients.NameOf(client));
            turning.Train(global, new(), 7).Should().BeEquivalentTo(fresh.Train(global, new(), 7), options => options.Excluding(result => result.Parameters));
            turning.Train(global, new(), 7).Parameters.Hash().Should().Be(fresh.Train(global, new(), 7).Parameters.Hash());
        }
    }
}
