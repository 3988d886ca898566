@echo off
rem Check what this machine has and run the whole platform in WSL: scripts\start-dev.cmd [options of `pixcrawler up`]
where powershell.exe >nul 2>nul
if errorlevel 1 (
    echo start-dev: this machine lacks PowerShell, which Windows brings: is powershell.exe in PATH? 1>&2
    exit /b 1
)
powershell.exe -NoProfile -ExecutionPolicy Bypass -File "%~dp0start-dev.ps1" %*
exit /b %errorlevel%
