@echo off
rem Double-click starter for Windows: sets up once, then offers the commands; messages stay on screen.
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
echo.
echo   1  校验：看看记录有没有问题
echo   2  预览：在浏览器里看，边改边看
echo   3  生成网站：写到 output 文件夹
echo   4  新建一个项目
echo   0  退出
echo.
set choice=
set /p choice=请输入数字，按回车：
if "%choice%"=="1" ".venv\Scripts\python" build.py check & goto menu
if "%choice%"=="2" goto preview
if "%choice%"=="3" ".venv\Scripts\python" build.py build & goto menu
if "%choice%"=="4" goto new
if "%choice%"=="0" exit /b 0
echo 请输入 0 到 4。
goto menu

:preview
start "" http://127.0.0.1:8000/
".venv\Scripts\python" build.py serve
goto menu

:new
echo 地址写成 地区/部门/年度/项目，例如 dongguan/shi-zhi-gongwei/2027/minbing-shiyefei
set address=
set /p address=地址：
if "%address%"=="" goto menu
".venv\Scripts\python" build.py new "%address%"
goto menu

:failed
echo.
echo 准备没有成功，请把上面的文字拍下来发给管理员。
rmdir /s /q .venv 2>nul

:end
echo.
pause
