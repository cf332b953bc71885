"""Addresses of supervision letters."""

from django.urls import path

from reports.letters import views as letter_views

urlpatterns = [
    path("letters/", letter_views.letters, name="letters"),
    path("letters/new/", letter_views.letter_new, name="letter_new"),
    path("letters/<int:pk>/", letter_views.letter, name="letter"),
    path("letters/<int:pk>/workbook.xlsx", letter_views.letter_download, name="letter_download"),
    path("letters/<int:pk>/reply/", letter_views.letter_reply, name="letter_reply"),
    path("letters/<int:pk>/void/", letter_views.letter_void, name="letter_void"),
]
