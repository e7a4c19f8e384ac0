"""Chinese for what the command line says, by its English text; codes and JSON keys are never translated."""

CHINESE: dict[str, str] = {
    "Error": "错误",
    "Interrupted.": "已中断。",
}
