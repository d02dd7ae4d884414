/** Sends a file to the server, told how far it is; what comes back may be written into a field. */
import { Problem } from "./client.ts";

export interface Attached {
  id: string;
  name?: string;
  type?: string;
  size?: number;
  width?: number;
  height?: number;
}

/** The name as a header takes it (RFC 8187). */
function disposition(name: string): string {
  const encoded = encodeURIComponent(name.replace(/\p{Surrogate}/gu, "")).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);
  return `attachment; filename*=UTF-8''${encoded}`;
}

export function upload(file: File, onProgress: (part: number) => void, signal: AbortSignal): Promise<Attached> {
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open("POST", "/api/v1/files");
    sending.setRequestHeader("X-Relata-Request", "1");
    sending.setRequestHeader("Content-Type", "application/octet-stream");
    sending.setRequestHeader("Content-Disposition", disposition(file.name));
    sending.upload.onprogress = ({ loaded, total }) => { onProgress(total === 0 ? 0 : loaded / total); };
    sending.onerror = () => { reject(new Problem(0, { code: "offline" })); };
    sending.onload = () => {
      let body: Record<string, unknown> = {};
      try {
        body = JSON.parse(sending.responseText) as Record<string, unknown>;
      } catch { /* a proxy may answer in its own words */ }
      if (sending.status === 201) resolve(body as unknown as Attached);
      else reject(new Problem(sending.status, body));
    };
    signal.addEventListener("abort", () => { sending.abort(); });
    sending.send(file);
  });
}
