namespace FedActors.FL.Protocol;

/// <summary>Type ids of coordinated mode's messages, all in one place: 100 to 199. An id is never given a second meaning, also not after its message is gone.</summary>
internal static class CoordinatedTypeIds
{
    public const int RegisterWorker = 100;
    public const int RegisterEvaluator = 101;
    public const int RegisterAggregator = 102;
    public const int Registered = 103;
    public const int RegistrationRefused = 104;
    public const int RunPlan = 105;
    public const int RunEnded = 106;
    public const int RegisterAgain = 107;

    public const int TrainRequest = 110;
    public const int ModelUpdate = 111;
    public const int TrainingFailed = 112;
    public const int UpdateRefused = 113;
    public const int GlobalModelBroadcast = 114;

    public const int OpenRound = 120;
    public const int AccumulateUpdate = 121;
    public const int CloseRound = 122;
    public const int AggregatedResult = 123;
    public const int AggregationFailed = 124;
    public const int UpdateNotAccumulated = 125;

    public const int EvaluateModel = 130;
    public const int EvaluationResult = 131;
    public const int EvaluationFailed = 132;

    public const int PackageRequest = 140;
    public const int PackagePart = 141;
    public const int PackageRefused = 142;

    public const int RegisterCombiner = 150;
    public const int RoundModel = 151;
    public const int UpdateFiguresReport = 152;
    public const int WorkerLeft = 153;
    public const int CountUpdate = 154;
    public const int SumRequest = 155;
    public const int PartialSum = 156;
    public const int SumFailed = 157;
    public const int AccumulateSum = 158;
    public const int SumNotAccumulated = 159;
}
