"""Django's generic views as the type checker wants them: they take parameters only there."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.views import generic

if TYPE_CHECKING:
    FormPage = generic.FormView[Any]
    CreatePage = generic.CreateView[Any, Any]
    UpdatePage = generic.UpdateView[Any, Any]
    ModelForm = forms.ModelForm[Any]
else:
    FormPage = generic.FormView
    CreatePage = generic.CreateView
    UpdatePage = generic.UpdateView
    ModelForm = forms.ModelForm
