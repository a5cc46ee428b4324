export const look_up = ({ name }: { readonly name: string }): string[] => [name];
