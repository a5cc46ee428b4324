/**
 * Texts of a wanted size that say about the same: a program of types, templates, agents and workflows; the same declarations
 * as YAML and as JSON; types and queries of GraphQL. Sections repeat with other names, so that a text may be of any length.
 */
export type Language = "tantra" | "yaml" | "graphql" | "json";

export function generate(language: Language, bytes: number): string {
  if (language === "json") return JSON.stringify(sections(bytes, (n) => JSON.stringify(data(n))).map((text) => JSON.parse(text)));
  const section = { tantra: tantraSection, yaml: yamlSection, graphql: graphqlSection }[language];
  const head = language === "tantra" ? 'provider llm = simulator\nmodel fast = llm("gpt-5-mini") { max_tokens: 4000, reasoning: low }\n' : "";
  return head + sections(bytes, section).join("\n");
}

function sections(bytes: number, section: (n: number) => string): string[] {
  const all: string[] = [];
  for (let size = 0, n = 0; size < bytes; n++) {
    const text = section(n);
    all.push(text);
    size += text.length + 1;
  }
  return all;
}

const tantraSection = (n: number) => `
/// What one angle of the topic came to, number ${n}.
type Finding${n} {
  claim: string(max: 400)
  /// Path of the note, or a URL.
  source: string
  confidence: "low" | "medium" | "high"
  score: float(min: 0, max: 1)
}

type Brief${n} {
  title: string
  summary: string?
  findings: Finding${n}[](max: 20)
}

template brief_for_${n}(topic: string, audience: string = "engineers") """
  Topic: \${topic}
  Write for \${audience}. Cite a source for every claim.
  """

// Plans before anybody researches.
agent planner_${n}(topic: string) -> string[](max: 6) {
  model: fast
  system: "You split a research topic into independent angles."
  prompt: "List the angles worth researching for: \${topic}"
}

/// Researches one angle of a topic and returns cited findings.
agent researcher_${n}(topic: string, angle: string) -> Finding${n}[] {
  model: fast
  max_turns: 6
  system: "You are a meticulous researcher. Use what is there; never guess."
  prompt: """
    \${brief_for_${n}(topic)}
    Your angle: \${angle}
    """
}

agent editor_${n}(topic: string, findings: Finding${n}[]) -> Brief${n} {
  model: fast
  system: "You are an exacting editor."
  prompt: """
    Write a brief about \${topic} from these findings.
    %{for f in findings}
    - \${f.claim} (\${f.source}, \${f.confidence})
    %{end}
    """
}

/// Research a topic from several angles at once and write a cited brief.
workflow research_${n}(topic: string = "How do tides shape coastal life?", angles: int = 4) -> Brief${n} {
  budget: $0.50
  timeout: 5m

  let plan = first(planner_${n}(topic), angles)
  let found = parallel(max: 4, on_error: continue) for angle in plan {
    researcher_${n}(topic, angle)
  }
  let findings = flatten(compact(found))
  if len(findings) == 0 || angles < 1 {
    fail "Nothing was found about \${topic}."
  }
  return editor_${n}(topic, findings) with { timeout: 30s }
}
`;

const prose = {
  plan: "You split a research topic into independent angles.",
  research: "You are a meticulous researcher. Use what is there; never guess.",
  edit: "You are an exacting editor.",
  text: "Write a brief about {{topic}} from these findings.\n{% for f in findings %}\n- {{f.claim}} ({{f.source}}, {{f.confidence}})\n{% endfor %}\n",
};

function data(n: number): object {
  return {
    [`finding_${n}`]: {
      description: `What one angle of the topic came to, number ${n}.`,
      fields: {
        claim: { type: "string", max: 400 },
        source: { type: "string", description: "Path of the note, or a URL." },
        confidence: ["low", "medium", "high"],
        score: { type: "float", min: 0, max: 1 },
      },
    },
    [`agents_${n}`]: [
      {
        name: `planner_${n}`,
        model: "fast",
        parameters: { topic: "string" },
        system: prose.plan,
        prompt: "List the angles worth researching for: {{topic}}",
        result: { list: "string", max: 6 },
      },
      {
        name: `researcher_${n}`,
        model: "fast",
        max_turns: 6,
        parameters: { topic: "string", angle: "string" },
        system: prose.research,
        prompt: "Topic: {{topic}}\nYour angle: {{angle}}\n",
        result: { list: `finding_${n}` },
      },
      { name: `editor_${n}`, model: "fast", parameters: { topic: "string", findings: `finding_${n}` }, system: prose.edit, prompt: prose.text },
    ],
    [`workflow_${n}`]: { budget: 0.5, timeout: "5m", topic: "How do tides shape coastal life?", angles: 4, steps: ["plan", "found", "findings", "brief"] },
  };
}

const yamlSection = (n: number) => `
# What one angle of the topic came to.
finding_${n}:
  description: What one angle of the topic came to, number ${n}.
  fields:
    claim: { type: string, max: 400 }
    source:
      type: string
      description: Path of the note, or a URL.
    confidence: [low, medium, high]
    score: { type: float, min: 0, max: 1 }

# Plans before anybody researches.
agents_${n}:
  - name: planner_${n}
    model: fast
    parameters: { topic: string }
    system: You split a research topic into independent angles.
    prompt: "List the angles worth researching for: {{topic}}"
    result: { list: string, max: 6 }
  - name: researcher_${n}
    model: fast
    max_turns: 6
    parameters: { topic: string, angle: string }
    system: You are a meticulous researcher. Use what is there; never guess.
    prompt: |
      Topic: {{topic}}
      Write for {{audience}}. Cite a source for every claim.
      Your angle: {{angle}}
  - name: editor_${n}
    model: fast
    parameters:
      topic: string
      findings: finding_${n}
    system: You are an exacting editor.
    prompt: |
      Write a brief about {{topic}} from these findings.
      {% for f in findings %}
      - {{f.claim}} ({{f.source}}, {{f.confidence}})
      {% endfor %}

workflow_${n}:
  budget: 0.50
  timeout: 5m
  topic: How do tides shape coastal life?
  angles: 4
  steps: [plan, found, findings, brief]
`;

const graphqlSection = (n: number) => `
"""
What one angle of the topic came to, number ${n}.
"""
type Finding${n} implements Node {
  claim(max: Int = 400): String!
  "Path of the note, or a URL."
  source: String!
  confidence: Confidence!
  score(min: Float = 0.0, max: Float = 1.0): Float
}

type Brief${n} {
  title: String!
  summary: String
  findings(max: Int = 20): [Finding${n}!]!
}

# Plans before anybody researches.
input Planner${n} {
  topic: String!
  model: String = "fast"
  system: String = "You split a research topic into independent angles."
  prompt: String = "List the angles worth researching for: the topic"
}

query research${n}($topic: String = "How do tides shape coastal life?", $angles: Int = 4) @budget(usd: 0.50) {
  plan: planner${n}(topic: $topic, first: $angles, timeout: "5m") {
    angle
    found: researcher${n}(topic: $topic, max: 4, onError: CONTINUE) {
      ...finding${n}
      confidence @include(if: $verbose)
    }
  }
  brief: editor${n}(topic: $topic, findings: [{ claim: "a", source: "b", confidence: HIGH }]) {
    title
    summary
    findings { ...finding${n} }
  }
}

fragment finding${n} on Finding${n} {
  claim
  source
  confidence
  score
}
`;
