/** The anywidget front end of class `Glance`. */
import { type Cleanup, type InitializeProps, once, type RenderProps } from "./afm";
import { Controller } from "./controller";
import { mountView } from "./view";

/** The hooks of one model. */
export interface Widget {
  readonly initialize: (props: InitializeProps) => Cleanup;
  readonly render: (props: RenderProps) => Cleanup;
}

/**
 * Makes the hooks of one model; hosts call this for each. A factory, because hosts hand each hook a model object of its
 * own: nothing else connects the views with what `initialize` began.
 */
export default function createWidget(): Widget {
  let shared: Controller | null = null;

  const begin = ({ model }: InitializeProps): Controller => {
    const controller = new Controller(model);
    controller.start();
    return controller;
  };

  return {
    initialize(props) {
      const controller = begin(props);
      shared = controller;
      return once(props.signal, () => {
        controller.dispose();
        if (shared === controller) shared = null;
      });
    },
    render(props) {
      // Documents without Python, such as those of MyST, only render.
      const own = shared === null;
      const controller = shared ?? begin(props);
      const unmount = mountView(controller, props.el);
      return once(props.signal, () => {
        unmount();
        if (own) controller.dispose();
      });
    },
  };
}
