/** Everything the widget says by itself, in one place, so that another language is one more record. */

/** The phrases of one language. */
export interface Phrases {
  readonly lang: string;
  readonly dir: "ltr" | "rtl";
  readonly widget: string;
  readonly buttons: {
    readonly join: string;
    readonly joinWithKey: string;
    readonly cancel: string;
    readonly end: string;
    readonly openViewer: string;
    readonly reopenViewer: string;
    readonly retry: string;
    readonly useKey: string;
  };
  readonly key: {
    readonly label: string;
    readonly submit: string;
    readonly cancel: string;
    readonly empty: string;
    readonly invalid: string;
  };
  readonly online: (name: string) => string;
  readonly offline: (name: string) => string;
  readonly presenceOff: string;
  readonly signedOut: string;
  readonly connecting: string;
  readonly inviting: (name: string) => string;
  readonly joining: string;
  readonly inSession: (name: string) => string;
  readonly ending: string;
  readonly ended: (duration: string) => string;
  readonly failed: string;
  readonly onPage: (path: string) => string;
  readonly hidden: string;
  readonly kernelGone: string;
  readonly lastKnown: (headline: string) => string;
  readonly kernelBusy: string;
  readonly kernelQuiet: string;
  readonly static: string;
  readonly staticHint: string;
  readonly asOf: (time: string) => string;
  readonly mismatch: string;
  readonly mismatchHint: (ours: number, theirs: string) => string;
  readonly blocked: string;
  readonly blockedEditor: string;
  readonly viewerFrame: string;
  readonly silentFrame: string;
  readonly noFrame: (id: string) => string;
  readonly viewerFailed: string;
  readonly viewerFailedHint: string;
  readonly waiting: {
    readonly title: string;
    readonly heading: string;
    readonly loading: string;
    readonly advice: string;
    readonly loadingAdvice: string;
  };
  readonly justNow: string;
  readonly lasting: (duration: string) => string;
  readonly ago: (duration: string) => string;
  readonly hours: (count: number) => string;
  readonly minutes: (count: number) => string;
  readonly seconds: (count: number) => string;
  readonly days: (count: number) => string;
}

const english: Phrases = {
  lang: "en",
  dir: "ltr",
  widget: "Glance",
  buttons: {
    join: "Join",
    joinWithKey: "Join with Key",
    cancel: "Cancel",
    end: "End Session",
    openViewer: "Open Viewer",
    reopenViewer: "Reopen Viewer",
    retry: "Try Again",
    useKey: "Use a key",
  },
  key: {
    label: "Session key",
    submit: "Join",
    cancel: "Cancel",
    empty: "Type the session key that the visitor sees.",
    invalid: "A session key has 1 to 62 letters, digits, hyphens or underscores, and no spaces.",
  },
  online: (name) => `${name || "Visitor"} is online`,
  offline: (name) => `${name || "Visitor"} is not online`,
  presenceOff: "Ready to join with a key",
  signedOut: "Not signed in",
  connecting: "Connecting to Glance…",
  inviting: (name) => `Waiting for ${name || "the visitor"} to accept…`,
  joining: "Joining the session…",
  inSession: (name) => (name ? `In session with ${name}` : "In session"),
  ending: "Ending the session…",
  ended: (duration) => (duration ? `Session ended – ${duration}` : "Session ended"),
  failed: "That did not work.",
  onPage: (path) => `on ${path}`,
  hidden: "Their page is in the background.",
  kernelGone: "The kernel is gone. Run the cell again.",
  lastKnown: (headline) => `Last known: ${headline}`,
  kernelBusy: "The kernel is busy with another cell; your click is waiting.",
  kernelQuiet: "The kernel has not answered for a while. It may be busy with another cell.",
  static: "No kernel is connected.",
  staticHint: "Run the cell again to connect.",
  asOf: (time) => `as of ${time}`,
  mismatch: "The front end and the kernel are of different versions.",
  mismatchHint: (ours, theirs) =>
    `This page speaks version ${ours}, the kernel version ${theirs}. Reload the page; if that does not help, restart the kernel.`,
  blocked: "The browser blocked the viewer window. Press Open Viewer, or allow pop-ups for this page.",
  blockedEditor:
    "This editor does not let a notebook open windows. Open the notebook in a browser to see the viewer.",
  viewerFrame: "Glance viewer",
  silentFrame: "The viewer does not answer inside this page. Press Open Viewer to open it in a tab.",
  noFrame: (id) => `There is no iframe with the id “${id}” on this page, so the viewer opens here.`,
  viewerFailed: "The viewer could not be opened.",
  viewerFailedHint: "Press Open Viewer to try again.",
  waiting: {
    title: "Glance – waiting for the visitor",
    heading: "Waiting for the visitor to accept…",
    loading: "Opening the viewer…",
    advice: "Their page appears here as soon as they accept. To stop waiting, press Cancel in your notebook.",
    loadingAdvice: "If nothing appears, close this window and press Open Viewer in your notebook.",
  },
  justNow: "just now",
  lasting: (duration) => `for ${duration}`,
  ago: (duration) => `${duration} ago`,
  days: (count) => (count === 1 ? "1 day" : `${count} days`),
  hours: (count) => `${count} h`,
  minutes: (count) => `${count} min`,
  seconds: (count) => `${count} s`,
};

/** The phrases for a language tag; English where there is no better. */
export function phrasesFor(_language: string): Phrases {
  return english;
}
