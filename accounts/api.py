"""Tokens for programs: made with a person's name and password, under the same lockout as the login page."""

from typing import Any

from django.contrib.auth import authenticate
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.authtoken.models import Token
from rest_framework.permissions import AllowAny, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.audit import record


class CredentialsSerializer(serializers.Serializer):
    username = serializers.CharField(max_length=150, help_text="账号")
    password = serializers.CharField(max_length=128, trim_whitespace=False, write_only=True, help_text="密码")


class TokenSerializer(serializers.Serializer):
    token = serializers.CharField(help_text="令牌，放在请求头：Authorization: Token …")


class TokenView(APIView):
    """One token a person: asked for again it stays the same; DELETE ends it."""

    def get_authenticators(self) -> list[Any]:
        """Asking for a token needs no session, and so no CSRF token of one."""
        posting = self.request is not None and self.request.method == "POST"
        return [] if posting else super().get_authenticators()

    def get_permissions(self) -> list[BasePermission]:
        return [AllowAny()] if self.request.method == "POST" else [IsAuthenticated()]

    @extend_schema(
        tags=["令牌"],
        summary="获取令牌",
        description="用账号和密码换取令牌。连续输错 5 次锁定 30 分钟。",
        request=CredentialsSerializer,
        responses={200: TokenSerializer, 400: OpenApiResponse(description="账号或密码不正确")},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        asked = CredentialsSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        user = authenticate(request._request, **asked.validated_data)
        if user is None:
            return Response({"detail": "账号或密码不正确，或账号已停用"}, status.HTTP_400_BAD_REQUEST)
        token, _ = Token.objects.get_or_create(user=user)
        record("获取令牌", user=user, request=request._request)
        return Response({"token": token.key})

    @extend_schema(
        tags=["令牌"],
        summary="作废令牌",
        description="作废本人的令牌，立即生效。",
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request) -> Response:
        Token.objects.filter(user=request.user).delete()
        record("作废令牌", user=request.user, request=request._request)
        return Response(status=status.HTTP_204_NO_CONTENT)
