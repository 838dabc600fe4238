import marimo

app = marimo.App()


@app.cell
def _():
    import marimo as mo
    from shown import shown

    mo.ui.anywidget(shown())
    return


if __name__ == "__main__":
    app.run()
