/** The tools that the accepted programs name. Nothing runs them: compiling never loads a module. */
export function search_notes({ query, limit }: { query: string; limit: number }): string[] {
  return Array.from({ length: limit }, (_, index) => `${query} ${index}`);
}

export function pay({ amount }: { amount: number }): { paid: number } {
  return { paid: amount };
}
