/** A picture that moves, for phones without a camera: a clock hand, bars of colour, and what it is. */

const BARS = ["#e6e6e6", "#e8d44d", "#4dc3d9", "#4fb35f", "#c65fc0", "#cf4a3d", "#3d58c4"];

/** Draws the picture as it is at a time, in milliseconds. */
export function drawTestPicture(canvas: HTMLCanvasElement, time: number): void {
  const pen = canvas.getContext("2d");
  if (!pen) return;
  const { width, height } = canvas;
  BARS.forEach((color, index) => {
    pen.fillStyle = color;
    pen.fillRect((index * width) / BARS.length, 0, width / BARS.length + 1, height);
  });
  const radius = Math.min(width, height) * 0.3;
  const [x, y] = [width / 2, height * 0.45];
  pen.fillStyle = "#141b26";
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fill();
  const turn = ((time % 4000) / 4000) * 2 * Math.PI;
  pen.strokeStyle = "#ff9d4d";
  pen.lineWidth = Math.max(3, radius / 12);
  pen.lineCap = "round";
  pen.beginPath();
  pen.moveTo(x, y);
  pen.lineTo(x + Math.sin(turn) * radius * 0.85, y - Math.cos(turn) * radius * 0.85);
  pen.stroke();
  pen.fillStyle = "#141b26";
  pen.fillRect(0, height * 0.84, width, height * 0.16);
  pen.fillStyle = "#fff";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.font = `600 ${Math.round(height * 0.06)}px system-ui, sans-serif`;
  pen.fillText(`Test picture ${new Date(time).toISOString().slice(11, 21)}`, x, height * 0.92);
}
