# Check what this machine has and run the whole platform in WSL: scripts/start-dev.ps1 [options of `pixcrawler up`]
$ErrorActionPreference = 'Stop'
$root = Split-Path -Parent $PSScriptRoot

if ($PSVersionTable.PSEdition -eq 'Core' -and -not $IsWindows) {
    & (Join-Path $PSScriptRoot 'start-dev.sh') @args
    exit $LASTEXITCODE
}

function Stop-Lacking([string] $what) {
    [Console]::Error.WriteLine("start-dev: this machine lacks`n  - $what")
    exit 1
}

if (-not (Get-Command wsl.exe -ErrorAction SilentlyContinue)) {
    Stop-Lacking 'WSL, the Linux inside Windows: PixCrawler decodes pictures in processes that only Linux can confine. As administrator: wsl --install'
}
& wsl.exe --exec true 2>$null | Out-Null
if ($LASTEXITCODE -ne 0) {
    Stop-Lacking 'a Linux distribution in WSL. As administrator: wsl --install -d Ubuntu'
}

# From here on it is the same as on Linux; --cd takes a Windows path.
& wsl.exe --cd $root --exec sh scripts/start-dev.sh @args
exit $LASTEXITCODE
