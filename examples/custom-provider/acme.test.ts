// With vitest in a project of your own: `npx vitest run`.
import { conformance } from "tantra/testing";
import { test } from "vitest";
import { acmeSubject } from "./acme-backend.ts";

conformance(acmeSubject, test);
