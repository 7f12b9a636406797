/** Paints still pictures into video elements: soft gradients in place of faces, a slide in place of a screen. */

import type { Picture } from "../../src/call/port";

const SLIDE = ["Теорема Пифагора", "a² + b² = c²", "Катеты 3 и 4. Чему равна гипотенуза?"];

function face(canvas: CanvasRenderingContext2D, seed: number, width: number, height: number): void {
  const ground = canvas.createLinearGradient(0, 0, width, height);
  ground.addColorStop(0, `hsl(${seed % 360} 28% 62%)`);
  ground.addColorStop(1, `hsl(${(seed + 40) % 360} 30% 38%)`);
  canvas.fillStyle = ground;
  canvas.fillRect(0, 0, width, height);
  canvas.fillStyle = `hsl(${(seed * 7) % 360} 35% 34%)`;
  canvas.beginPath();
  canvas.ellipse(width / 2, height * 1.08, width * 0.24, height * 0.42, 0, 0, 7);
  canvas.fill();
  canvas.fillStyle = "#e8bf9f";
  canvas.beginPath();
  canvas.ellipse(width / 2, height * 0.46, width * 0.1, height * 0.23, 0, 0, 7);
  canvas.fill();
}

function slide(canvas: CanvasRenderingContext2D, width: number, height: number): void {
  canvas.fillStyle = "#fff";
  canvas.fillRect(0, 0, width, height);
  canvas.fillStyle = "#1b2a41";
  SLIDE.forEach((line, index) => {
    canvas.font = `${index === 1 ? 88 : 48}px sans-serif`;
    canvas.fillText(line, 90, 170 + index * 150);
  });
}

export function paint(identity: string, picture: Picture, element: HTMLVideoElement): () => void {
  const canvas = document.createElement("canvas");
  canvas.width = picture === "camera" ? 640 : 1280;
  canvas.height = picture === "camera" ? 360 : 720;
  const context = canvas.getContext("2d");
  if (!context) return () => undefined;
  const seed = Array.from(identity).reduce((sum, char) => sum * 31 + char.charCodeAt(0), 7);
  const draw = () =>
    picture === "camera" ? face(context, seed, canvas.width, canvas.height) : slide(context, canvas.width, canvas.height);
  draw();
  element.srcObject = canvas.captureStream(5);
  const timer = setInterval(draw, 300);
  return () => {
    clearInterval(timer);
    element.srcObject = null;
  };
}
