from shiny import App, ui
from shinywidgets import output_widget, render_widget
from shown import shown


def server(input, output, session):
    @render_widget
    def widget():
        return shown()


app = App(ui.page_fluid(output_widget("widget")), server)
