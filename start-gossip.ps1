<#
.SYNOPSIS
Starts gossip mode on this machine: a peer for each site, with nobody in charge, and reporters if some are wanted.

.DESCRIPTION
Checks its parameters and calls "fedactors up gossip" once. Everything else is that command's: see docs/commands.md and docs/gossip.md.
Parameters that are left out take the value of fed.json, or the program's default. The peers go on with what they knew, unless -Fresh is given.

.EXAMPLE
./start-gossip.ps1 -Peers 4 -Rounds 20

.EXAMPLE
./start-gossip.ps1 -Topology ring -Reporters 1 -Fresh

.EXAMPLE
./start-gossip.ps1 -Seeds 10.0.0.2:5210,10.0.0.3:5210 -Tls -Certificates certs
#>
[CmdletBinding()]
param(
    # Peers that take part, each with a site of the data set.
    [ValidateRange(1, 10000)][int]$Peers,

    # Peers elsewhere to dial at the start, as host:port.
    [ValidateNotNullOrEmpty()][string[]]$Seeds,

    # Rounds after which a peer stops training, unless it has converged before.
    [ValidateRange(1, 1000000)][int]$Rounds,

    # Passes over a site's own data in a round.
    [ValidateRange(1, 10000)][int]$Epochs,

    # Who gossips with whom.
    [ValidateSet('complete', 'ring', 'line', 'star', 'random-regular', 'custom')][string]$Topology,

    # Reporters that watch; none is needed.
    [ValidateRange(0, 5)][int]$Reporters,

    # The first peer's port, which the others' follow; 0 takes free ones.
    [ValidateRange(0, 65535)][int]$Port,

    # The configuration.
    [ValidateNotNullOrEmpty()][string]$Config,

    # Begin anew: forget what the peers learned before.
    [switch]$Fresh,

    # Use TLS with the certificates in the folder -Certificates.
    [switch]$Tls,

    # The folder that "fedactors cert generate" made.
    [ValidateNotNullOrEmpty()][string]$Certificates = 'certs',

    # Leave the peers gossiping when they agree, until they are told to stop.
    [switch]$Stay,

    # Leave everything running in the background.
    [switch]$Detach
)

$given = @()
if ($PSBoundParameters.ContainsKey('Peers')) { $given += '--peers', $Peers }
if ($PSBoundParameters.ContainsKey('Seeds')) { $given += '--seeds', ($Seeds -join ',') }
if ($PSBoundParameters.ContainsKey('Rounds')) { $given += '--rounds', $Rounds }
if ($PSBoundParameters.ContainsKey('Epochs')) { $given += '--epochs', $Epochs }
if ($PSBoundParameters.ContainsKey('Topology')) { $given += '--topology', $Topology }
if ($PSBoundParameters.ContainsKey('Reporters')) { $given += '--reporters', $Reporters }
if ($PSBoundParameters.ContainsKey('Port')) { $given += '--port', $Port }
if ($PSBoundParameters.ContainsKey('Config')) { $given += '--config', $Config }
if ($Fresh) { $given += '--fresh' }
if ($Stay) { $given += '--stay' }
if ($Detach) { $given += '--detach' }
if ($Tls) {
    $given += '--set', 'Transport:Tls:Mode=mutual'
    $given += '--set', "Transport:Tls:Certificate=$Certificates/node.pem"
    $given += '--set', "Transport:Tls:Key=$Certificates/node.key"
    $given += '--set', "Transport:Tls:Authority=$Certificates/ca.pem"
}

dotnet run -c Release --project "$PSScriptRoot/Scripts/FedActors" '--' up gossip @given
exit $LASTEXITCODE
