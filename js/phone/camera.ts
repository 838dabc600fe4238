/** Where the pictures come from: the phone's camera, or a test picture where there is none or it may not be used. */
import type { Invitation } from "./invitation";
import { drawTestPicture } from "./test_picture";

/** Milliseconds between two pictures. */
const EVERY = 125;
/** JPEG quality, from 0 to 1. */
const QUALITY = 0.7;
const MAX_SIDE = 1280;

export class Camera {
  /** What is shown, and what is sent. */
  readonly canvas = document.createElement("canvas");
  /** Why there is a test picture; empty while the camera is used. */
  reason = "";
  readonly #video = document.createElement("video");
  readonly #onpicture: (jpeg: string, at: number) => void;
  #stream: MediaStream | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #stopped = false;

  constructor(wanted: Invitation, onpicture: (jpeg: string, at: number) => void) {
    this.#onpicture = onpicture;
    this.#video.muted = true;
    this.#video.playsInline = true;
    this.canvas.width = wanted.width;
    this.canvas.height = wanted.height;
  }

  /** Begins; asks for the camera, and never for sound. */
  async start({ camera, width, height }: Invitation): Promise<void> {
    const facingMode = camera === "front" ? "user" : "environment";
    try {
      const video = { facingMode, width: { ideal: width }, height: { ideal: height } };
      const stream = await navigator.mediaDevices.getUserMedia({ video, audio: false });
      if (this.#stopped) return stopAll(stream);
      this.#stream = stream;
      stream.getVideoTracks()[0]?.addEventListener("ended", () => this.#lost("The camera was switched off."));
      this.#video.srcObject = stream;
      await this.#video.play();
    } catch (error) {
      this.#lost(reasonOf(error));
    }
    if (this.#stopped) return;
    this.#timer = setInterval(() => this.#tick(), EVERY);
    this.#tick();
  }

  /** Ends, and lets the camera go. */
  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
    if (this.#stream) stopAll(this.#stream);
  }

  #lost(reason: string): void {
    if (this.#stream) stopAll(this.#stream);
    this.#stream = null;
    this.reason = reason;
  }

  #tick(): void {
    const at = Date.now();
    if (this.#stream) this.#drawVideo();
    else drawTestPicture(this.canvas, at);
    const data = this.canvas.toDataURL("image/jpeg", QUALITY);
    this.#onpicture(data.slice(data.indexOf(",") + 1), at);
  }

  #drawVideo(): void {
    const { videoWidth, videoHeight } = this.#video;
    if (!videoWidth || !videoHeight) return;
    const scale = Math.min(1, MAX_SIDE / Math.max(videoWidth, videoHeight));
    const [width, height] = [Math.round(videoWidth * scale), Math.round(videoHeight * scale)];
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    this.canvas.getContext("2d")?.drawImage(this.#video, 0, 0, width, height);
  }
}

function stopAll(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

function reasonOf(error: unknown): string {
  const name = error instanceof Error ? error.name : "";
  if (name === "NotAllowedError") return "The camera may not be used, so a test picture is sent.";
  if (name === "NotReadableError") return "The camera is in use elsewhere, so a test picture is sent.";
  // Browsers give a camera only to https and to the machine's own pages.
  if (!window.isSecureContext) return "This address is not https, so a test picture is sent.";
  return "No camera was found, so a test picture is sent.";
}
