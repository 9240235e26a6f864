/** A posted form. A body that is none reads as an empty form, which lacks its token or handle. */
export async function readForm(request: Request): Promise<FormData> {
  try {
    return await request.formData();
  } catch {
    return new FormData();
  }
}
