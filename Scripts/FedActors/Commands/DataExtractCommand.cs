using System.CommandLine;
using FedActors.Scripts.Cli;

namespace FedActors.Scripts.Commands;

/// <summary><c>data extract</c>: refuses by name, since this build holds no network that turns images into features.</summary>
internal static class DataExtractCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "extract",
            "Turns images into features. This build has no backbone network for it, and says what to do instead.",
            new Example("fedactors data extract EuroSAT/", "says how to get the features elsewhere"));
        Argument<string> images = command.Takes<string>("images", "A folder of images.");
        runner.Bind(command, (context, _) => throw new CommandFailure(
            ExitCode.InvalidState,
            "unsupported",
            $"Features of the images in {context.Arguments.GetRequiredValue(images)} need a pretrained backbone such as ResNet-18, and this build has none.")
        {
            Details =
            [
                "Compute them with the tool of your choice, once, where the images are: 512 numbers an image for ResNet-18 without its last layer.",
                "Save them with numpy.savez_compressed('features.npz', features=<float32 [images, numbers]>, labels=<int64 [images]>).",
                "Then: fedactors data prepare features.npz for the EuroSAT regions, or fedactors data split features.npz for any other data.",
            ],
        });
        return command;
    }
}
