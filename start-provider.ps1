<#
.SYNOPSIS
Starts a coordinated federation on this machine: a provider, an aggregator, an evaluator and a worker for each site.

.DESCRIPTION
Checks its parameters and calls "fedactors up coordinated" once. Everything else is that command's: see docs/commands.md.
Parameters that are left out take the value of fed.json, or the program's default.

.EXAMPLE
./start-provider.ps1 -Workers 4 -Rounds 20 -Epochs 3

.EXAMPLE
./start-provider.ps1 -Port 0 -Detach

.EXAMPLE
./start-provider.ps1 -Tls -Certificates certs
#>
[CmdletBinding()]
param(
    # Workers that take part, each with a site of the data set.
    [ValidateRange(1, 100000)][int]$Workers,

    # Rounds to train.
    [ValidateRange(1, 1000000)][int]$Rounds,

    # Passes over a site's own data in a round.
    [ValidateRange(1, 10000)][int]$Epochs,

    # FedProx's proximal term; 0 is plain federated averaging.
    [ValidateRange(0.0, 1000.0)][double]$Mu,

    # The provider's port; 0 takes a free one.
    [ValidateRange(0, 65535)][int]$Port,

    # The configuration.
    [ValidateNotNullOrEmpty()][string]$Config,

    # Use TLS with the certificates in the folder -Certificates.
    [switch]$Tls,

    # The folder that "fedactors cert generate" made.
    [ValidateNotNullOrEmpty()][string]$Certificates = 'certs',

    # Leave everything running in the background.
    [switch]$Detach
)

$given = @()
if ($PSBoundParameters.ContainsKey('Workers')) { $given += '--workers', $Workers }
if ($PSBoundParameters.ContainsKey('Rounds')) { $given += '--rounds', $Rounds }
if ($PSBoundParameters.ContainsKey('Epochs')) { $given += '--epochs', $Epochs }
if ($PSBoundParameters.ContainsKey('Mu')) { $given += '--mu', $Mu.ToString([Globalization.CultureInfo]::InvariantCulture) }
if ($PSBoundParameters.ContainsKey('Port')) { $given += '--port', $Port }
if ($PSBoundParameters.ContainsKey('Config')) { $given += '--config', $Config }
if ($Detach) { $given += '--detach' }
if ($Tls) {
    $given += '--set', 'Transport:Tls:Mode=mutual'
    $given += '--set', "Transport:Tls:Certificate=$Certificates/node.pem"
    $given += '--set', "Transport:Tls:Key=$Certificates/node.key"
    $given += '--set', "Transport:Tls:Authority=$Certificates/ca.pem"
}

dotnet run -c Release --project "$PSScriptRoot/Scripts/FedActors" '--' up coordinated @given
exit $LASTEXITCODE
