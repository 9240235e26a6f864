import { z } from 'zod';

/** In a folder, to see that libraries are found from there. */
export const sum = (a, b) => z.number().parse(a) + z.number().parse(b);
