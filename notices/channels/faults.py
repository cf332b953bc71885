"""Why a server could not be reached, in words for those who look after it; and a talk with it broken off."""

import smtplib
import socket
import ssl
from contextlib import suppress


def words_of(fault: object) -> str:
    """What stopped a connection; the name of the fault where none of the usual ones fits."""
    usual: tuple[tuple[type[OSError], str], ...] = (
        (socket.gaierror, "找不到服务器地址，请管理员检查本系统能否访问外网"),
        (TimeoutError, "等待超时"),
        (ConnectionRefusedError, "对方拒绝连接"),
        (ssl.SSLCertVerificationError, "对方的证书不可信"),
        (ssl.SSLError, "加密方式不符"),
        (smtplib.SMTPServerDisconnected, "连接中断"),
        (ConnectionError, "连接中断"),
    )
    return next((words for kind, words in usual if isinstance(fault, kind)), type(fault).__name__)


def break_off(line: socket.socket) -> None:
    """Whoever reads from it or writes to it gets a fault at once."""
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
