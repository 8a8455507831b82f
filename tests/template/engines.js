// Reads {"definition": …, "samples": [{"expression": …, "variables": …}]} from stdin; writes what asl-validator says
// about the definition, and for each sample its value as JSON data, or an error.
const validate = require("asl-validator");
const jsonata = require("jsonata");

async function evaluated({expression, variables}) {
  try {
    // Outside of an object, undefined would not be JSON.
    const compiled = jsonata(`{"value": (${expression}\n)}`);
    compiled.registerFunction("parse", (text) => JSON.parse(text)); // added by Step Functions
    return await compiled.evaluate(null, variables);
  } catch (error) {
    return {error: error.message};
  }
}

// The validator's pattern for an expression does not match line breaks, which Step Functions allows.
function withoutLineBreaks(value) {
  if (typeof value === "string") return value.replaceAll("\n", " ");
  if (Array.isArray(value)) return value.map(withoutLineBreaks);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withoutLineBreaks(one)]));
}

async function main() {
  const {definition, samples} = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
  const {isValid, errors} = validate(withoutLineBreaks(definition));
  const values = await Promise.all(samples.map(evaluated));
  process.stdout.write(JSON.stringify({isValid, errors, values}));
}

main();
