import type { Deployment } from '../deployment.ts';
import { isCsrfTokenValid, isSameOrigin } from './sign-in/sign-in.ts';

/** A posted form. A body that is none reads as an empty form, which lacks its token or handle. */
export async function readForm(request: Request): Promise<FormData> {
  try {
    return await request.formData();
  } catch {
    return new FormData();
  }
}

/** The form that a page of ours posted; null where it came from another site, or its token is not this browser's. */
export async function readOwnForm(
  { origin, settings }: Deployment,
  request: Request,
): Promise<FormData | null> {
  if (!isSameOrigin(origin, request)) return null;
  const form = await readForm(request);
  return isCsrfTokenValid(settings.keyRing, request, String(form.get('csrf') ?? '')) ? form : null;
}
