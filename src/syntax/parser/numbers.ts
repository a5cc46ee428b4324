import type { IToken } from "chevrotain";
import type { DurationExpr, Expr, MoneyExpr, NumberExpr, RateExpr } from "../ast.ts";
import { BadNumber } from "../tokens.ts";

const milliseconds: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A number; what is no number, or stands for something that was left out, has been told already. */
export function numberExpr(token: IToken): NumberExpr | Expr {
  const { startOffset: start, image: raw, tokenType } = token;
  const end = start + raw.length;
  if (tokenType === BadNumber || raw === "") return { kind: "ErrorExpr", start, end };
  return { kind: "NumberExpr", start, end, value: Number(raw), raw };
}

/** `1.5s` in milliseconds. Rounded to what a millisecond can hold exactly: 0.1 * 1000 is not the 100 that was written. */
export function durationExpr({ startOffset: start, image: raw }: IToken): DurationExpr {
  const unit = raw.endsWith("ms") ? "ms" : raw.slice(-1);
  const amount = Number(raw.slice(0, -unit.length));
  const value = amount * (milliseconds[unit] ?? 1);
  return { kind: "DurationExpr", start, end: start + raw.length, value: Number.isInteger(amount) ? value : Number(value.toPrecision(15)), raw };
}

export function moneyExpr({ startOffset: start, image: raw }: IToken): MoneyExpr {
  return { kind: "MoneyExpr", start, end: start + raw.length, value: Number(raw.slice(1)), raw };
}

export function rateExpr({ startOffset: start, image: raw }: IToken): RateExpr {
  const unit = raw.at(-1);
  return { kind: "RateExpr", start, end: start + raw.length, value: Number.parseFloat(raw), per: unit === "s" || unit === "h" ? unit : "m", raw };
}
