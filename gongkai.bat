@echo off
rem Double-click starter for Windows: sets up once, then opens the workbench; messages stay on screen.
chcp 65001 >nul
setlocal
cd /d "%~dp0"
set PYTHONUTF8=1
title 绩效目标公开

if exist ".venv\Scripts\python.exe" goto menu
echo 第一次使用，正在准备运行环境，需要几分钟，请不要关闭窗口……
where py >nul 2>nul
if errorlevel 1 (
  echo.
  echo 没有找到 Python。请从 python.org 下载安装 Python 3.11 或更高版本，
  echo 安装时保留“py launcher”一项，然后重新双击本文件。
  goto end
)
py -3 -m venv .venv || goto failed
".venv\Scripts\python" -m pip install --require-hashes -r constraints.txt || goto failed
".venv\Scripts\python" -m pip install --no-deps --no-build-isolation -e . || goto failed

:menu
echo 正在打开工作台，请在浏览器里操作；这个窗口不要关。
".venv\Scripts\python" build.py serve
goto end

:failed
echo.
echo 准备没有成功，请把上面的文字拍下来发给管理员。
rmdir /s /q .venv 2>nul

:end
echo.
pause
